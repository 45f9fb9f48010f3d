package io.coxswain.controller.api;

import io.coxswain.controller.api.wire.HistoryToWire;
import io.coxswain.controller.api.wire.TestToWire;
import io.coxswain.controller.lifecycle.NodeTest;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.reconcile.ActiveTests;
import io.coxswain.controller.reconcile.Lookup;
import io.coxswain.controller.reconcile.RefusedException;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.store.Store;
import io.coxswain.controller.store.Transaction;
import io.coxswain.v1.GetNodeTestRequest;
import io.coxswain.v1.NodeTestsGrpc;
import io.coxswain.v1.StartNodeTestRequest;
import io.grpc.stub.StreamObserver;

/** Active tests of nodes: started, and read with what came out. */
final class NodeTestsService extends NodeTestsGrpc.NodeTestsImplBase {
  private final Store store;
  private final ActiveTests tests;

  NodeTestsService(Store store, ActiveTests tests) {
    this.store = store;
    this.tests = tests;
  }

  @Override
  public void startNodeTest(
      StartNodeTestRequest request, StreamObserver<io.coxswain.v1.Operation> out) {
    Operation operation =
        tests.start(
            new ActiveTests.Wish(
                request.getCluster(),
                request.getNodesList(),
                request.getNewBaseline(),
                request.getRequestId()));
    Requests.answer(out, HistoryToWire.operation(operation));
  }

  @Override
  public void getNodeTest(GetNodeTestRequest request, StreamObserver<io.coxswain.v1.NodeTest> out) {
    Requests.answer(out, store.read(tx -> view(tx, request)));
  }

  private static io.coxswain.v1.NodeTest view(Transaction tx, GetNodeTestRequest request) {
    ClusterId id = Requests.clusterEver(tx, request.getCluster()).spec().id();
    NodeTest test =
        (request.getOperation().isEmpty()
                ? tx.newestNodeTest(id)
                : tx.nodeTest(request.getOperation()).filter(found -> found.cluster().equals(id)))
            .orElseThrow(
                () ->
                    new RefusedException(
                        RefusedException.Kind.NOT_FOUND,
                        id.value(),
                        "cluster " + id + ": no such test",
                        "cox cluster test " + id));
    io.coxswain.v1.NodeTest.Builder wire =
        TestToWire.test(test, Lookup.operation(tx, test.operation()));
    for (Machine machine : tx.machines()) {
      tx.measurements(machine.id()).stream()
          .filter(measurement -> measurement.test().equals(test.operation()))
          .map(measurement -> TestToWire.measurement(measurement, machine.name()))
          .forEach(wire::addMeasurements);
    }
    return wire.build();
  }
}
