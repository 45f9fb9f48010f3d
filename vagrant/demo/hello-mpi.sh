#!/bin/bash
#SBATCH --job-name=hello-mpi
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=2
#SBATCH --gres=gpu:8
#SBATCH --time=5

set -euo pipefail
srun --mpi=pmix ./hello-mpi "$SLURM_NTASKS" "$SLURM_NNODES"
echo "hello-mpi: all $SLURM_NTASKS ranks on $SLURM_NNODES nodes agree"
