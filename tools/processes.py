"""Run functions in processes of their own, a few at a time.

`Processes` forks from one that has imported what is slow to import, `Forks` from this one as it is.
"""
import multiprocessing
import os
import pickle
import random
import select
import signal
from concurrent.futures import ThreadPoolExecutor

# One thread each: they share the cores, and the order of floating-point sums stays the same
os.environ.setdefault("OMP_NUM_THREADS", "1")


class Processes:
    """Calls run each in a process of its own, so that no state passes from one to the next.

    concurrent.futures.ProcessPoolExecutor would do, but with one task per process it can hang
    (Python 3.11)."""
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


class Forks:
    """Calls run each in a fork of this process, on the state that it has when they start.

    It should have one thread: a lock that another one holds at a fork stays locked in there. What a
    call returns must be short enough for a pipe, 64 kB."""
    def __init__(self, at_once, seconds):
        self.at_once, self.seconds = at_once, seconds
        self.running, self.results = {}, {}

    def start(self, name, function, *args):
        "Start a call, once fewer than `at_once` run; `finish` has what comes of it by its name."
        while len(self.running) >= self.at_once: self.collect()
        receiver, sender = os.pipe()
        drawn = random.getstate()
        pid = os.fork()
        if not pid: in_fork(sender, drawn, self.seconds, function, args)
        os.close(sender)
        self.running[pid] = name, receiver

    def collect(self):
        "Wait for a fork to end, and take its result."
        pid, status = os.wait()
        if pid not in self.running: return  # started by the code that runs here, not by `start`
        name, receiver = self.running.pop(pid)
        # Ask first: what the fork started may outlive it, and reading would wait for that as well
        said = os.read(receiver, 2**16) if select.select([receiver], [], [], 0)[0] else b""
        os.close(receiver)
        late = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM
        why = f"ran for more than {self.seconds} s" if late else "the process died"
        self.results[name] = (pickle.loads(said), "") if said else (None, why)

    def finish(self):
        "Wait for all; map names to (result, ''), or to (None, why) for one that hung or died."
        while self.running: self.collect()
        return self.results


def in_fork(sender, drawn, seconds, function, args):
    "Send what a call returns and end, whatever happens: the code that forked must not go on here."
    try:
        # Python seeds its own generator anew in a fork; those of numpy and torch go on as they were
        random.setstate(drawn)
        # The system ends a fork that hangs, in compiled code too, and when nobody waits any more
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2): os.dup2(nowhere, stream)
        os.write(sender, pickle.dumps(function(*args)))
    finally: os._exit(0)
