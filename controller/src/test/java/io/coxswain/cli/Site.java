package io.coxswain.cli;

import com.google.protobuf.Timestamp;
import io.coxswain.v1.Capacity;
import io.coxswain.v1.Cluster;
import io.coxswain.v1.Cpu;
import io.coxswain.v1.Failure;
import io.coxswain.v1.Gpu;
import io.coxswain.v1.GpuReading;
import io.coxswain.v1.Health;
import io.coxswain.v1.Instance;
import io.coxswain.v1.Lifecycle;
import io.coxswain.v1.Link;
import io.coxswain.v1.Machine;
import io.coxswain.v1.MachineRole;
import io.coxswain.v1.NetworkInterface;
import io.coxswain.v1.Observation;
import io.coxswain.v1.OperatingSystem;
import io.coxswain.v1.Operation;
import io.coxswain.v1.OperationUpdate;
import io.coxswain.v1.StepOutcome;
import java.time.Instant;

/** One site as data: a jumphost, workers in every condition, and a cluster on them. */
final class Site {
  static final Timestamp CREATED = at("2026-11-22T09:00:00Z");

  private Site() {}

  static Timestamp at(String moment) {
    Instant instant = Instant.parse(moment);
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  static Machine jumphost() {
    return Machine.newBuilder()
        .setId("m-0001")
        .setName("jumphost")
        .setRole(MachineRole.JUMPHOST)
        .setShape("cpu")
        .setLink(Link.CONNECTED)
        .setHealth(Health.PASS)
        .addInstances("c-7f3a-jumphost")
        .setAddress("10.0.0.1")
        .setObservation(
            Observation.newBuilder()
                .setMemoryBytes(68_719_476_736L)
                .setCpu(Cpu.newBuilder().setThreads(16)))
        .build();
  }

  static Machine gpu(int number) {
    return Machine.newBuilder()
        .setId("m-01" + number)
        .setName("gpu" + number)
        .setRole(MachineRole.WORKER)
        .setShape("8xH200")
        .setLink(Link.CONNECTED)
        .setHealth(Health.PASS)
        .setAddress("10.0.0.1" + number)
        .setSerial("SN" + number)
        .putLabels("switch", "s3")
        .putLabels("rack", "a1")
        .setLastSeenAt(at("2026-11-22T11:59:57Z"))
        .setEnrolledAt(at("2026-11-01T08:00:00Z"))
        .setCertificateExpiresAt(at("2026-12-01T08:00:00Z"))
        .setObservation(observed("10.0.0.1" + number))
        .build();
  }

  private static Observation observed(String address) {
    return Observation.newBuilder()
        .setMemoryBytes(2_164_663_517_184L)
        .setPciGpuCount(8)
        .setAgentVersion("0.1.0")
        .setOs(
            OperatingSystem.newBuilder()
                .setId("debian")
                .setVersion("12")
                .setKernel("6.1.0-28-amd64")
                .setArchitecture("x86_64"))
        .setCpu(Cpu.newBuilder().setModel("Xeon 8480C").setSockets(2).setCores(112).setThreads(224))
        .addInterfaces(
            NetworkInterface.newBuilder()
                .setName("eth0")
                .addAddresses(address)
                .setSpeedBitsPerSecond(100_000_000_000L)
                .setUp(true))
        .setGpus(eight())
        .build();
  }

  private static GpuReading eight() {
    GpuReading.Builder gpus =
        GpuReading.newBuilder().setState(GpuReading.State.KNOWN).setDriverVersion("580.95.05");
    for (int i = 0; i < 8; i++) {
      gpus.addGpus(
          Gpu.newBuilder()
              .setIndex(i)
              .setMinor(i)
              .setUuid("GPU-0000000" + i)
              .setName("NVIDIA H200")
              .setModel("H200")
              .setPciBusId("00000000:" + i + "8:00.0")
              .setMemoryBytes(150_754_820_096L));
    }
    return gpus.build();
  }

  static Instance instance(String name, Lifecycle lifecycle) {
    return Instance.newBuilder()
        .setName(name)
        .setClusterId("c-7f3a")
        .setLifecycle(lifecycle)
        .setLink(Link.CONNECTED)
        .setHealth(Health.PASS)
        .setScheduler(lifecycle == Lifecycle.RUNNING ? "IDLE" : "")
        .setMachine(name.endsWith("jumphost") ? "jumphost" : "gpu" + name.charAt(name.length() - 1))
        .setAddress(
            name.endsWith("jumphost") ? "10.0.0.1" : "10.0.0.1" + name.charAt(name.length() - 1))
        .setShape(name.endsWith("jumphost") ? "cpu" : "8xH200")
        .setIsJumphost(name.endsWith("jumphost"))
        .build();
  }

  static Instance moving(String name, String step, int number) {
    return instance(name, Lifecycle.CONFIGURING).toBuilder()
        .setStep(step)
        .setStepNumber(number)
        .setStepCount(9)
        .setAttempt(1)
        .setSince(at("2026-11-22T11:59:56Z"))
        .build();
  }

  static Instance failed(String name) {
    return instance(name, Lifecycle.FAILED).toBuilder()
        .setStep("install slurmd")
        .setStepNumber(3)
        .setStepCount(9)
        .setAttempt(3)
        .addSteps(
            StepOutcome.newBuilder()
                .setStep("host name")
                .setResult(StepOutcome.Result.UNCHANGED)
                .setMillis(12))
        .addSteps(
            StepOutcome.newBuilder()
                .setStep("install slurmd")
                .setResult(StepOutcome.Result.STEP_FAILED)
                .setMillis(3_456))
        .setFailure(
            Failure.newBuilder()
                .setReason("PACKAGE_NOT_FOUND")
                .setMessage("slurmd: no such package")
                .addTail("E: Unable to locate package slurmd")
                .setNextAction("check the machine's package sources"))
        .build();
  }

  static Cluster cluster() {
    return Cluster.newBuilder()
        .setId("c-7f3a")
        .setName("train")
        .setShape("8xH200")
        .setSize(2)
        .setStatus(Lifecycle.RUNNING)
        .setStatusLine("RUNNING (3 RUNNING)")
        .setCapacity(Capacity.newBuilder().setPromised(2).setUsable(2))
        .setUser("c-7f3a")
        .setUid(20_000)
        .setCreatedAt(CREATED)
        .setCreatedBy("root")
        .setSlurmVersion("22.05.8")
        .setSlurmctldPort(6820)
        .setSlurmConf("/etc/coxswain/clusters/c-7f3a/slurm.conf")
        .setJumphost("jumphost")
        .setJumphostAddress("10.0.0.1")
        .addPublicKeys(
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFakeFakeFakeFakeFakeFakeFakeFakeFakeFakeFake"
                + " alice@desk")
        .setAcceptance("MPI all-reduce over 2 nodes, 4 ranks: 6 (expected 6)\n8 GPUs on each node")
        .setAcceptedAt(at("2026-11-22T09:00:14Z"))
        .addInstances(instance("c-7f3a-jumphost", Lifecycle.RUNNING))
        .addInstances(instance("c-7f3a-0", Lifecycle.RUNNING))
        .addInstances(instance("c-7f3a-1", Lifecycle.RUNNING))
        .build();
  }

  static Operation operation(Operation.Kind kind, Operation.State state) {
    Operation.Builder operation =
        Operation.newBuilder()
            .setId("op-31f0")
            .setKind(kind)
            .setState(state)
            .setClusterId("c-7f3a")
            .setStartedAt(at("2026-11-22T11:59:50Z"));
    if (state != Operation.State.IN_PROGRESS) {
      operation.setEndedAt(at("2026-11-22T12:00:03Z"));
    }
    return operation.build();
  }

  static OperationUpdate update(Operation operation, Instance... instances) {
    OperationUpdate.Builder update = OperationUpdate.newBuilder().setOperation(operation);
    for (Instance instance : instances) {
      update.addInstances(instance);
    }
    return update.build();
  }
}
