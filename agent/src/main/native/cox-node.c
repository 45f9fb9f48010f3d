/* SPDX-License-Identifier: Apache-2.0
 *
 * What slurmd runs as Prolog, Epilog and HealthCheckProgram of a node: asks the machine's agent for the verdict that it
 * has at hand. No JVM, no Slurm command, nothing that can hang: every wait has a deadline. Also slurmd's gate, and the one
 * call of CUDA that the agent makes, in a process of its own.
 *
 *   cox-node prolog    0: the job may start; 1: it may not, or nobody answered (Slurm drains the node and requeues the job)
 *   cox-node epilog    0, whatever the answer: silence of ours drains no node
 *   cox-node health    0: well; 1: not well, or nobody answered (slurmd writes it down)
 *   cox-node resume|suspend NODES
 *                      what slurmctld runs as ResumeProgram and SuspendProgram, as its own user: tells the agent to look at the
 *                      nodes' power and to report. Which nodes is not told: the agent reads it from slurmctld, so that nothing is
 *                      lost with a call. 0: the agent knows; 1: it does not answer, and reports at its usual time
 *   cox-node cuda      prints "cuInit CODE"; 0: the code is 0 (NVIDIA's cuda.h: CUDA_SUCCESS); 1: another one, or no CUDA
 *   cox-node devices SECONDS DEVICE...
 *                      0: all are character devices, at the latest after so many seconds; 1: some are not. A device is a
 *                      number, which means /dev/nvidia<number>, or a path
 *
 * Called as prolog, epilog, health, resume or suspend, it is that one, with the arguments that Slurm gives it: none, or the
 * nodes. An argument more names another socket than the agent's own.
 *
 * Question and answer are one line each: "prolog 1234 0,1 uid=1000\n" (with SLURM_JOB_ID, when the job has GPUs here
 * SLURM_JOB_GPUS, and SLURM_JOB_UID), "ok\n" or "no REASON\n". An epilog is answered once the agent has looked for processes that
 * the job left on a GPU, and has ended them where its policy says so.
 */
#include <ctype.h>
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define SOCKET "/run/coxswain-agent/node.sock"
#define POKE_SOCKET "/run/coxswain-poke.sock"

/* While this is there slurmd says at its start that the machine has just booted, which is what slurmctld waits for when it gave the
 * machine a slot. Once a job is here it must not say so again: the job would be taken for lost. */
#ifndef JOINS
#define JOINS "/run/coxswain-slurmd-joins"
#endif

/* An agent that is restarted or upgraded is away for a few seconds: a job's start waits for it. */
enum { PROLOG_SECONDS = 25, OTHER_SECONDS = 3, POKE_SECONDS = 2, EPILOG_SECONDS = 15, AGAIN_MILLIS = 100, LONGEST_ANSWER = 1024, LONGEST_GPUS = 900 };

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
  /* A listener that takes nobody in any more must not hold us. */
  struct timeval patience = {.tv_sec = POKE_SECONDS};
  setsockopt(door, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
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

/* Our own prototype: unsigned cuInit(unsigned flags), flags must be 0 (CUDA driver API). */
static int cuda(void) {
  void *library = dlopen("libcuda.so.1", RTLD_NOW);
  if (library == NULL) {
    printf("no CUDA\n");
    fprintf(stderr, "cox: %s\n", dlerror());
    return 1;
  }
  unsigned (*init)(unsigned);
  *(void **)&init = dlsym(library, "cuInit");
  if (init == NULL) {
    printf("no cuInit\n");
    fprintf(stderr, "cox: %s\n", dlerror());
    return 1;
  }
  unsigned code = init(0);
  printf("cuInit %u\n", code);
  return code == 0 ? 0 : 1;
}

/* A whole number of at most five digits, or -1. */
static int number(const char *text) {
  size_t length = strlen(text);
  for (size_t i = 0; i < length; i++) {
    if (!isdigit((unsigned char)text[i])) {
      return -1;
    }
  }
  return length == 0 || length > 5 ? -1 : atoi(text);
}

static int is_device(const char *path) {
  struct stat is;
  return stat(path, &is) == 0 && S_ISCHR(is.st_mode);
}

static int devices(int count, char **arguments) {
  int seconds = number(arguments[0]);
  if (seconds < 0) {
    fprintf(stderr, "cox: seconds: '%s' (expected: a number)\n", arguments[0]);
    return 2;
  }
  long deadline = now_millis() + seconds * 1000L;
  for (int i = 1; i < count; i++) {
    char path[PATH_MAX];
    int minor = number(arguments[i]);
    if (minor < 0 && arguments[i][0] != '/') {
      fprintf(stderr, "cox: device: '%s' (expected: a number, or a path)\n", arguments[i]);
      return 2;
    }
    snprintf(path, sizeof path, minor < 0 ? "%s" : "/dev/nvidia%s", arguments[i]);
    while (!is_device(path)) {
      if (now_millis() + AGAIN_MILLIS >= deadline) {
        fprintf(stderr, "cox: %s is not there after %d s (expected: the devices of all %d GPUs that the node promises; see nvidia-smi"
                        " and cox-agent health)\n", path, seconds, count - 1);
        return 1;
      }
      struct timespec pause = {.tv_nsec = AGAIN_MILLIS * 1000000L};
      nanosleep(&pause, NULL);
    }
  }
  return 0;
}

/* Tells the agent to look; asks once, since the agent looks by itself soon. */
static int poke(const char *what, const char *path) {
  char question[16], answer[LONGEST_ANSWER];
  snprintf(question, sizeof question, "%s\n", what);
  if (ask(path, question, answer, sizeof answer, now_millis() + POKE_SECONDS * 1000L) != 0) {
    fprintf(stderr, "cox: the agent of this machine does not answer (%s): %s\n", path, strerror(errno));
    return 1;
  }
  if (strcmp(answer, "ok") != 0) {
    fprintf(stderr, "cox: %s\n", strncmp(answer, "no ", 3) == 0 ? answer + 3 : "the agent's answer cannot be read");
    return 1;
  }
  return 0;
}

static int is_poke(const char *word) {
  return strcmp(word, "resume") == 0 || strcmp(word, "suspend") == 0;
}

int main(int count, char **arguments) {
  if (count == 2 && strcmp(arguments[1], "cuda") == 0) {
    return cuda();
  }
  if (count >= 4 && strcmp(arguments[1], "devices") == 0) {
    return devices(count - 2, arguments + 2);
  }
  const char *slash = strrchr(arguments[0], '/');
  const char *name = slash == NULL ? arguments[0] : slash + 1;
  if (is_poke(name)) {
    return poke(name, count == 3 ? arguments[2] : POKE_SOCKET);
  }
  if (count >= 3 && count <= 4 && is_poke(arguments[1])) {
    return poke(arguments[1], count == 4 ? arguments[3] : POKE_SOCKET);
  }
  const char *what = count == 1 ? name : count <= 3 ? arguments[1] : "";
  int is_prolog = strcmp(what, "prolog") == 0, is_epilog = strcmp(what, "epilog") == 0;
  if (!is_prolog && !is_epilog && strcmp(what, "health") != 0) {
    fprintf(stderr, "usage: cox-node prolog|epilog|health [SOCKET]\n       cox-node resume|suspend NODES [SOCKET]\n       cox-node cuda\n       cox-node devices SECONDS DEVICE...\n");
    return 2;
  }
  if (is_prolog) {
    unlink(JOINS);
  }
  const char *path = count == 3 ? arguments[2] : SOCKET;
  const char *job = getenv("SLURM_JOB_ID");
  const char *gpus = getenv("SLURM_JOB_GPUS");
  /* Which job holds which GPU is for telemetry alone: a list that is cut off would name a wrong one. */
  int has_gpus = is_prolog && gpus != NULL && *gpus != '\0' && strlen(gpus) <= LONGEST_GPUS && strchr(gpus, '\n') == NULL;
  char question[LONGEST_GPUS + 64], answer[LONGEST_ANSWER];
  const char *uid = getenv("SLURM_JOB_UID");
  int has_uid = uid != NULL && *uid != '\0' && strlen(uid) < 10 && strspn(uid, "0123456789") == strlen(uid);
  snprintf(question, sizeof question, "%s %.20s%s%s%s%s\n", what, job == NULL ? "-" : job, has_gpus ? " " : "", has_gpus ? gpus : "",
           has_uid ? " uid=" : "", has_uid ? uid : "");
  long deadline = now_millis() + (is_prolog ? PROLOG_SECONDS : OTHER_SECONDS) * 1000L;
  /* An agent that answers may take its time over an epilog; one that is away is not waited for as long. */
  while (ask(path, question, answer, sizeof answer, is_epilog ? now_millis() + EPILOG_SECONDS * 1000L : deadline) != 0) {
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
