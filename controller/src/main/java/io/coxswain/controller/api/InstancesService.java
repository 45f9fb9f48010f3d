package io.coxswain.controller.api;

import io.coxswain.controller.api.caller.Caller;
import io.coxswain.controller.api.wire.HistoryToWire;
import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.reconcile.Intents;
import io.coxswain.controller.reconcile.Lookup;
import io.coxswain.controller.store.Store;
import io.coxswain.v1.DrainInstanceRequest;
import io.coxswain.v1.GetInstanceRequest;
import io.coxswain.v1.InstancesGrpc;
import io.coxswain.v1.ListInstancesRequest;
import io.coxswain.v1.ListInstancesResponse;
import io.coxswain.v1.RemoveInstanceRequest;
import io.coxswain.v1.ResumeInstanceRequest;
import io.coxswain.v1.RetryInstanceRequest;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** The slots of clusters. */
final class InstancesService extends InstancesGrpc.InstancesImplBase {
  private final Store store;
  private final Intents intents;
  private final Views views;

  InstancesService(Store store, Intents intents, Views views) {
    this.store = store;
    this.intents = intents;
    this.views = views;
  }

  @Override
  public void listInstances(
      ListInstancesRequest request, StreamObserver<ListInstancesResponse> out) {
    ListInstancesResponse.Builder answer = ListInstancesResponse.newBuilder();
    store
        .read(
            tx -> {
              List<Cluster> clusters =
                  request.getCluster().isEmpty()
                      ? tx.clusters()
                      : List.of(Requests.clusterEver(tx, request.getCluster()));
              return clusters.stream()
                  .flatMap(cluster -> views.instances(tx, cluster.spec().id()).stream())
                  .toList();
            })
        .forEach(answer::addInstances);
    Requests.answer(out, answer.build());
  }

  @Override
  public void getInstance(GetInstanceRequest request, StreamObserver<io.coxswain.v1.Instance> out) {
    Requests.answer(
        out, store.read(tx -> views.instance(tx, Lookup.instance(tx, request.getName()))));
  }

  @Override
  public void retryInstance(
      RetryInstanceRequest request, StreamObserver<io.coxswain.v1.Operation> out) {
    Requests.requireRequestId(request.getRequestId());
    Requests.answer(
        out, HistoryToWire.operation(intents.retry(request.getName(), request.getRequestId())));
  }

  @Override
  public void removeInstance(
      RemoveInstanceRequest request, StreamObserver<io.coxswain.v1.Operation> out) {
    Requests.requireRequestId(request.getRequestId());
    Requests.answer(
        out,
        HistoryToWire.operation(
            intents
                .scaling()
                .remove(
                    request.getName(),
                    request.getForce(),
                    Caller.current().name(),
                    request.getRequestId())));
  }

  @Override
  public void drainInstance(
      DrainInstanceRequest request, StreamObserver<io.coxswain.v1.Instance> out) {
    tell(
        out,
        intents.drains().drain(request.getName(), request.getReason(), Caller.current().name()));
  }

  @Override
  public void resumeInstance(
      ResumeInstanceRequest request, StreamObserver<io.coxswain.v1.Instance> out) {
    tell(out, intents.drains().resume(request.getName(), Caller.current().name()));
  }

  private void tell(StreamObserver<io.coxswain.v1.Instance> out, Instance instance) {
    Requests.answer(out, store.read(tx -> views.instance(tx, instance)));
  }
}
