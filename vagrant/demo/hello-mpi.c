// Says hello from every rank and checks one all-reduce, so that a world of singletons or a broken
// network fails instead of printing happily.
//
// Usage: hello-mpi RANKS NODES: the world that the job was given. Exits 1 when it is another.

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int visible_gpus(void) {
  const char *list = getenv("CUDA_VISIBLE_DEVICES");
  if (list == NULL || *list == '\0') {
    return 0;
  }
  int count = 1;
  for (const char *c = list; *c != '\0'; c++) {
    count += *c == ',';
  }
  return count;
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (argc != 3) {
    fprintf(stderr, "usage: %s RANKS NODES\n", argv[0]);
    MPI_Abort(MPI_COMM_WORLD, 2);
  }
  const int wanted_ranks = atoi(argv[1]);
  const int wanted_nodes = atoi(argv[2]);

  int rank, size, node_rank;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);

  // Ranks that share memory share a node: the lowest of each counts its node.
  MPI_Comm node;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, rank, MPI_INFO_NULL, &node);
  MPI_Comm_rank(node, &node_rank);

  long mine[2] = {(rank + 1L) * (rank + 1L), node_rank == 0};
  long all[2] = {0, 0};
  MPI_Allreduce(mine, all, 2, MPI_LONG, MPI_SUM, MPI_COMM_WORLD);
  const long expected = (long)size * (size + 1) * (2 * size + 1) / 6;

  char host[256] = "";
  gethostname(host, sizeof host - 1);
  printf("rank %d of %d on %s: sum %ld (expected %ld), GPUs visible %d\n", rank, size, host, all[0],
         expected, visible_gpus());
  fflush(stdout);

  const int wrong = size != wanted_ranks || all[0] != expected || all[1] != wanted_nodes;
  if (wrong) {
    fprintf(stderr,
            "rank %d: wrong world: %d ranks on %ld nodes, sum %ld (expected: %d ranks on %d nodes, sum %ld)\n",
            rank, size, all[1], all[0], wanted_ranks, wanted_nodes, expected);
  }
  MPI_Comm_free(&node);
  MPI_Finalize();
  return wrong ? 1 : 0;
}
