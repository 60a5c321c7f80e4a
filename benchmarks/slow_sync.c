/* A disk of known slowness: preloaded, it lets every fsync and fdatasync take a fixed time and do nothing else.
 *
 * The files stand in memory, where a real one returns at once; the sleep is what a good disk takes. It makes a run
 * repeatable on a machine whose disk others use too. Nothing is durable under it: it is for measuring alone.
 *
 * cc -O2 -shared -fPIC -o slow_sync.so slow_sync.c, then LD_PRELOAD; SLOW_SYNC_MICROSECONDS (200) is the time.
 */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

static struct timespec delay = {0, 200000};

__attribute__((constructor)) static void read_delay(void) {
    const char *text = getenv("SLOW_SYNC_MICROSECONDS");
    if (text != NULL) {
        long microseconds = atol(text);
        delay.tv_sec = microseconds / 1000000;
        delay.tv_nsec = (microseconds % 1000000) * 1000;
    }
}

static int wait_as_a_disk(void) {
    struct timespec left = delay;
    while (nanosleep(&left, &left) == -1 && errno == EINTR) {
    }
    return 0;
}

int fsync(int file) {
    (void)file;
    return wait_as_a_disk();
}

int fdatasync(int file) {
    (void)file;
    return wait_as_a_disk();
}
