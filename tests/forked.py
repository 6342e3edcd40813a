"""A copy of this process: what it is limited to or killed by stays with it, and torch is not imported once more."""

import os
import tempfile
import traceback

MOST_OPEN = 4096  # file descriptors


def call_in_a_copy(function, *arguments):
    """Call a function in a copy of this process, which ends with it.

    Returns:
        the exit code, or minus the number of the signal that ended the copy; and what the function returned, or where
        it failed, as text.
    """
    with tempfile.TemporaryFile("w+") as told:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                os.closerange(3, told.fileno())  # what other tests have left open would count to its limits
                os.closerange(told.fileno() + 1, MOST_OPEN)
                told.write(str(function(*arguments)))
                code = 0
            except BaseException:
                told.write(traceback.format_exc())
            finally:
                told.flush()
                os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        told.seek(0)
        return code, told.read()
