/* Forks so many children a second, waits for each, and lives on idle after the last.
 *
 * storm FORKS_PER_SECOND SECONDS LINGER_SECONDS */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const long SECOND_NS = 1000000000;

static void wait_until(struct timespec *due, long step_ns) {
  due->tv_nsec += step_ns;
  while (due->tv_nsec >= SECOND_NS) {
    due->tv_sec += 1;
    due->tv_nsec -= SECOND_NS;
  }
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, due, NULL);
}

int main(int count, char **words) {
  if (count != 4) return 2;
  long per_second = atol(words[1]);
  long left = per_second * atol(words[2]);
  if (per_second <= 0) return 2;
  struct timespec due;
  clock_gettime(CLOCK_MONOTONIC, &due);
  for (; left > 0; left--) {
    pid_t child = fork();
    if (child < 0) return 1;
    if (child == 0) _exit(0);
    waitpid(child, NULL, 0);
    wait_until(&due, SECOND_NS / per_second);
  }
  sleep((unsigned)atol(words[3]));
  return 0;
}
