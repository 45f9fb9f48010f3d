/* SPDX-License-Identifier: Apache-2.0
 * Runs a tool that may be on some nodes and not on others: runtool NAME [ARGUMENT...]. It is looked for on PATH and where CUDA
 * keeps its samples. Everything printed begins with the node's name, since the lines of many nodes come back as one text:
 *
 *   HOST|a line of the tool
 *   HOST#exit N        or 128 + N when signal N ended it
 *   HOST#absent
 *
 * Exits with 0 either way: one node without the tool must not end the others.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const PLACES[] = {
    "/usr/local/cuda/bin", "/usr/local/cuda/extras/demo_suite", "/usr/local/cuda/samples/bin/x86_64/linux/release",
    "/opt/nvbandwidth", "/opt/nccl-tests/build", NULL};

static char host[256];
static char found[4096];

static int is_in(const char *place, size_t length, const char *name) {
  int made = snprintf(found, sizeof found, "%.*s/%s", (int)length, place, name);
  return length > 0 && made > 0 && (size_t)made < sizeof found && access(found, X_OK) == 0;
}

static int find(const char *name) {
  const char *path = getenv("PATH");
  int i;
  while (path != NULL && *path != '\0') {
    size_t length = strcspn(path, ":");
    if (is_in(path, length, name)) {
      return 1;
    }
    path += length + (path[length] == ':');
  }
  for (i = 0; PLACES[i] != NULL; i++) {
    if (is_in(PLACES[i], strlen(PLACES[i]), name)) {
      return 1;
    }
  }
  return 0;
}

int main(int argc, char **argv) {
  char line[480];
  int ends[2], status = 0;
  pid_t child;
  FILE *output;
  if (argc < 2 || strchr(argv[1], '/') != NULL) {
    fprintf(stderr, "usage: runtool NAME [ARGUMENT...]\n");
    return 2;
  }
  gethostname(host, sizeof host - 1);
  host[strcspn(host, ".")] = '\0';
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (!find(argv[1])) {
    printf("%s#absent\n", host);
    return 0;
  }
  if (pipe(ends) != 0 || (child = fork()) < 0) {
    fprintf(stderr, "%s: %s\n", found, strerror(errno));
    return 1;
  }
  if (child == 0) {
    dup2(ends[1], 1);
    dup2(ends[1], 2);
    close(ends[0]);
    close(ends[1]);
    execv(found, argv + 1);
    printf("%s: %s\n", found, strerror(errno));
    _exit(127);
  }
  close(ends[1]);
  output = fdopen(ends[0], "r");
  while (output != NULL && fgets(line, sizeof line, output) != NULL) {
    line[strcspn(line, "\n")] = '\0';
    printf("%s|%s\n", host, line);
  }
  waitpid(child, &status, 0);
  printf("%s#exit %d\n", host, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  return 0;
}
