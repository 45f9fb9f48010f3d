/* SPDX-License-Identifier: Apache-2.0
 *
 * What slurmd runs as Prolog, Epilog and HealthCheckProgram of a node: asks the machine's agent for the verdict that it
 * has at hand. No JVM, no Slurm command, nothing that can hang: every wait has a deadline.
 *
 *   cox-node prolog    0: the job may start; 1: it may not, or nobody answered (Slurm drains the node and requeues the job)
 *   cox-node epilog    0, whatever the answer: silence of ours drains no node
 *   cox-node health    0: well; 1: not well, or nobody answered (slurmd writes it down)
 *
 * Slurm gives its programs no arguments: called as prolog, epilog or health, it is that one. A second argument names
 * another socket than the agent's own.
 *
 * Question and answer are one line each: "prolog 1234 0,1\n" (with SLURM_JOB_ID and, when the job has GPUs here,
 * SLURM_JOB_GPUS), "ok\n" or "no REASON\n".
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define SOCKET "/run/coxswain-agent/node.sock"

/* An agent that is restarted or upgraded is away for a few seconds: a job's start waits for it. */
enum { PROLOG_SECONDS = 25, OTHER_SECONDS = 3, AGAIN_MILLIS = 100, LONGEST_ANSWER = 1024, LONGEST_GPUS = 900 };

static long now_millis(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000L + time.tv_nsec / 1000000L;
}

/* Connects, or says why not by errno. */
static int try_connect(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  strcpy(address.sun_path, path);
  int door = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (door < 0) {
    return -1;
  }
  if (connect(door, (struct sockaddr *)&address, sizeof address) != 0) {
    int why = errno;
    close(door);
    errno = why;
    return -1;
  }
  return door;
}

/* Asks once; 0 and the answer's line, or -1 and errno (EPROTO for an answer that is none). */
static int ask(const char *path, const char *question, char *answer, size_t size, long deadline) {
  int door = try_connect(path);
  if (door < 0) {
    return -1;
  }
  size_t length = strlen(question);
  ssize_t sent = send(door, question, length, MSG_NOSIGNAL);
  size_t got = 0;
  int why = sent == (ssize_t)length ? 0 : errno ? errno : EPIPE;
  while (why == 0) {
    long left = deadline - now_millis();
    struct pollfd readable = {.fd = door, .events = POLLIN};
    int ready = left > 0 ? poll(&readable, 1, (int)left) : 0;
    if (ready == 0) {
      why = ETIMEDOUT;
    } else if (ready < 0) {
      why = errno == EINTR ? 0 : errno;
    } else {
      ssize_t some = read(door, answer + got, size - 1 - got);
      if (some <= 0) {
        why = some < 0 ? errno : EPROTO;
        break;
      }
      got += (size_t)some;
      answer[got] = '\0';
      char *end = strchr(answer, '\n');
      if (end != NULL) {
        *end = '\0';
        break;
      }
      if (got == size - 1) {
        why = EPROTO;
      }
    }
  }
  close(door);
  errno = why;
  return why == 0 ? 0 : -1;
}

int main(int count, char **arguments) {
  const char *slash = strrchr(arguments[0], '/');
  const char *name = slash == NULL ? arguments[0] : slash + 1;
  const char *what = count == 1 ? name : count <= 3 ? arguments[1] : "";
  int is_prolog = strcmp(what, "prolog") == 0, is_epilog = strcmp(what, "epilog") == 0;
  if (!is_prolog && !is_epilog && strcmp(what, "health") != 0) {
    fprintf(stderr, "usage: cox-node prolog|epilog|health [SOCKET]\n");
    return 2;
  }
  const char *path = count == 3 ? arguments[2] : SOCKET;
  const char *job = getenv("SLURM_JOB_ID");
  const char *gpus = getenv("SLURM_JOB_GPUS");
  /* Which job holds which GPU is for telemetry alone: a list that is cut off would name a wrong one. */
  int has_gpus = is_prolog && gpus != NULL && *gpus != '\0' && strlen(gpus) <= LONGEST_GPUS && strchr(gpus, '\n') == NULL;
  char question[LONGEST_GPUS + 64], answer[LONGEST_ANSWER];
  snprintf(question, sizeof question, "%s %.20s%s%s\n", what, job == NULL ? "-" : job, has_gpus ? " " : "", has_gpus ? gpus : "");
  long deadline = now_millis() + (is_prolog ? PROLOG_SECONDS : OTHER_SECONDS) * 1000L;
  while (ask(path, question, answer, sizeof answer, deadline) != 0) {
    int why = errno;
    if (now_millis() + AGAIN_MILLIS >= deadline) {
      fprintf(stderr, "cox: the agent of this machine does not answer (%s): %s\n", path, strerror(why));
      return is_epilog ? 0 : 1;
    }
    struct timespec pause = {.tv_nsec = AGAIN_MILLIS * 1000000L};
    nanosleep(&pause, NULL);
  }
  if (strcmp(answer, "ok") == 0) {
    return 0;
  }
  fprintf(stderr, "cox: %s\n", strncmp(answer, "no ", 3) == 0 ? answer + 3 : "the agent's answer cannot be read");
  return is_epilog ? 0 : 1;
}
