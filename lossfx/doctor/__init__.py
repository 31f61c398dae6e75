"The doctor: what is wrong with a call of a loss. `lossfx.diagnose` and `lossfx.watch` are its doors."
