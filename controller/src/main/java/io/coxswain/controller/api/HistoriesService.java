package io.coxswain.controller.api;

import io.coxswain.controller.api.wire.Times;
import io.coxswain.controller.observed.GpuRound.Metric;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.reconcile.Fleet;
import io.coxswain.controller.reconcile.Histories;
import io.coxswain.controller.reconcile.Lookup;
import io.coxswain.controller.spec.InvalidSpecException;
import io.coxswain.controller.store.Store;
import io.coxswain.v1.GetMachineHistoryRequest;
import io.coxswain.v1.GpuSeries;
import io.coxswain.v1.HistoriesGrpc;
import io.coxswain.v1.MachineHistory;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.Arrays;

/** The last day of machines. */
final class HistoriesService extends HistoriesGrpc.HistoriesImplBase {
  private final Store store;
  private final Fleet fleet;
  private final InstantSource clock;

  HistoriesService(Store store, Fleet fleet, InstantSource clock) {
    this.store = store;
    this.fleet = fleet;
    this.clock = clock;
  }

  @Override
  public void getMachineHistory(
      GetMachineHistoryRequest request, StreamObserver<MachineHistory> out) {
    String metric = request.getMetric();
    if (!metric.isEmpty()
        && Arrays.stream(Metric.values()).noneMatch(known -> known.word().equals(metric))) {
      throw new InvalidSpecException(
          "metric",
          "metric: '"
              + metric
              + "' (expected: busy, memory, temperature, power or clock, or none for all)");
    }
    Machine machine = store.read(tx -> Lookup.machine(tx, request.getName()));
    MachineHistory.Builder wire =
        MachineHistory.newBuilder()
            .setMachine(machine.name())
            .setStepSeconds((int) Histories.STEP.toSeconds());
    fleet.histories().of(machine.id(), clock.instant()).stream()
        .filter(series -> metric.isEmpty() || series.metric().word().equals(metric))
        .forEach(series -> wire.addSeries(series(series)));
    Requests.answer(out, wire.build());
  }

  private static GpuSeries series(Histories.Series series) {
    GpuSeries.Builder wire =
        GpuSeries.newBuilder()
            .setGpu(series.gpu())
            .setPciBusId(series.pciBusId())
            .setMetric(series.metric().word())
            .setUnit(series.metric().unit());
    for (Histories.Point point : series.points()) {
      wire.addPoints(
          GpuSeries.Point.newBuilder()
              .setAt(Times.wire(point.at()))
              .setMean(point.mean())
              .setMax(point.max())
              .setCount(point.count()));
    }
    return wire.build();
  }
}
