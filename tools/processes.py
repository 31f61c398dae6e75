"Run functions in fresh processes, a few at a time, forked from one with the slow imports done."
import multiprocessing
import os
from concurrent.futures import ThreadPoolExecutor

# One thread each: processes share the cores, and floating-point sums keep their order
os.environ.setdefault("OMP_NUM_THREADS", "1")


class Processes:
    """Calls run each in a process of its own, so that no state passes from one to the next.

    concurrent.futures.ProcessPoolExecutor would do, but one task per process can hang (3.11)."""
    def __init__(self, preload, at_once, seconds):
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(preload)
        self.threads, self.seconds = ThreadPoolExecutor(at_once), seconds

    def submit(self, function, *args):
        "Start a call; its future has (result, ''), or (None, why) if it ran too long or died."
        return self.threads.submit(self.call, function, args)

    def call(self, function, args):
        receiver, sender = self.context.Pipe(duplex=False)
        process = self.context.Process(target=answer, args=(sender, function, args))
        process.start()
        sender.close()
        try:
            if not receiver.poll(self.seconds): return None, f"ran for more than {self.seconds} s"
            return receiver.recv(), ""
        except EOFError: return None, "the process died"
        finally:
            process.kill()
            process.join()

    def close(self): self.threads.shutdown(cancel_futures=True)


def answer(sender, function, args): sender.send(function(*args))
