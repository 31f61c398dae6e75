"One module a page: a loss, its module class, and what belongs to them."
