/* SPDX-License-Identifier: Apache-2.0
 * A process that holds a "GPU": opens the file that it is given, becomes an ordinary user where it may, says so, and stays.
 *
 *   gpu_holder FILE [stubborn]     stubborn: SIGTERM does not end it
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

enum { USER = 54321 };

int main(int count, char **arguments) {
  if (count < 2 || open(arguments[1], O_RDONLY) < 0) {
    perror("gpu_holder");
    return 1;
  }
  if (count > 2) {
    signal(SIGTERM, SIG_IGN);
  }
  if (getuid() == 0 && setuid(USER) != 0) {
    perror("setuid");
    return 1;
  }
  printf("%d\n", (int)getuid());
  fflush(stdout);
  alarm(60);
  for (;;) {
    pause();
  }
}
