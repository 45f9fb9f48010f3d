/* The acceptance check of a cluster: every rank prints one line that the agent counts.
 *
 *   rank=R size=S sum=V host=H gpus=G
 *
 * V is the all-reduced sum of (rank + 1), G is CUDA_VISIBLE_DEVICES or "-". */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int rank = -1, size = 0;
  long mine, sum = 0;
  char host[256] = "";
  const char *gpus;

  if (MPI_Init(&argc, &argv) != MPI_SUCCESS) {
    return 1;
  }
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  mine = rank + 1L;
  if (MPI_Allreduce(&mine, &sum, 1, MPI_LONG, MPI_SUM, MPI_COMM_WORLD) != MPI_SUCCESS) {
    MPI_Abort(MPI_COMM_WORLD, 1);
  }
  gethostname(host, sizeof host - 1);
  gpus = getenv("CUDA_VISIBLE_DEVICES");
  printf("rank=%d size=%d sum=%ld host=%s gpus=%s\n", rank, size, sum, host,
         gpus != NULL && *gpus != '\0' ? gpus : "-");
  fflush(stdout);
  MPI_Finalize();
  return 0;
}
