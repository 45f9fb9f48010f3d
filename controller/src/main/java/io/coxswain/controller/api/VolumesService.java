package io.coxswain.controller.api;

import io.coxswain.controller.api.caller.Caller;
import io.coxswain.controller.api.wire.HistoryToWire;
import io.coxswain.controller.api.wire.VolumeToWire;
import io.coxswain.controller.lifecycle.VolumeTest;
import io.coxswain.controller.reconcile.Fleet;
import io.coxswain.controller.reconcile.Lookup;
import io.coxswain.controller.reconcile.RefusedException;
import io.coxswain.controller.reconcile.VolumeWishes;
import io.coxswain.controller.spec.InvalidSpecException;
import io.coxswain.controller.spec.Volume;
import io.coxswain.controller.spec.VolumeType;
import io.coxswain.controller.store.Store;
import io.coxswain.controller.store.Transaction;
import io.coxswain.v1.AttachVolumeRequest;
import io.coxswain.v1.CreateVolumeRequest;
import io.coxswain.v1.DestroyVolumeRequest;
import io.coxswain.v1.DestroyVolumeResponse;
import io.coxswain.v1.DetachVolumeRequest;
import io.coxswain.v1.EditVolumeRequest;
import io.coxswain.v1.GetVolumeRequest;
import io.coxswain.v1.GetVolumeTestRequest;
import io.coxswain.v1.ListVolumesRequest;
import io.coxswain.v1.ListVolumesResponse;
import io.coxswain.v1.Operation;
import io.coxswain.v1.StartVolumeTestRequest;
import io.coxswain.v1.VolumesGrpc;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Volumes: registered, attached, detached, measured by writing wishes. */
final class VolumesService extends VolumesGrpc.VolumesImplBase {
  private final Store store;
  private final VolumeWishes wishes;
  private final Fleet fleet;
  private final InstantSource clock;

  VolumesService(Store store, VolumeWishes wishes, Fleet fleet, InstantSource clock) {
    this.store = store;
    this.wishes = wishes;
    this.fleet = fleet;
    this.clock = clock;
  }

  @Override
  public void createVolume(CreateVolumeRequest request, StreamObserver<io.coxswain.v1.Volume> out) {
    Volume volume =
        wishes.create(
            new Volume(
                request.getName(),
                type(request.getType()),
                request.getSource(),
                Volume.options(request.getOptions()),
                size(request.getSizeGib()),
                request.getDeletionProtection(),
                request.getHome(),
                Caller.current().name(),
                clock.instant()));
    Requests.answer(out, VolumeToWire.volume(volume).build());
  }

  @Override
  public void listVolumes(ListVolumesRequest request, StreamObserver<ListVolumesResponse> out) {
    ListVolumesResponse.Builder answer = ListVolumesResponse.newBuilder();
    store
        .read(tx -> tx.storage().volumes().stream().map(volume -> view(tx, volume)).toList())
        .forEach(answer::addVolumes);
    Requests.answer(out, answer.build());
  }

  @Override
  public void getVolume(GetVolumeRequest request, StreamObserver<io.coxswain.v1.Volume> out) {
    Requests.answer(out, store.read(tx -> view(tx, VolumeWishes.volume(tx, request.getName()))));
  }

  @Override
  public void editVolume(EditVolumeRequest request, StreamObserver<io.coxswain.v1.Volume> out) {
    Volume edited =
        wishes.edit(
            request.getName(),
            new VolumeWishes.Edit(
                request.hasSizeGib() ? Optional.of(size(request.getSizeGib())) : Optional.empty(),
                request.hasDeletionProtection()
                    ? Optional.of(request.getDeletionProtection())
                    : Optional.empty(),
                request.hasHome() ? Optional.of(request.getHome()) : Optional.empty()));
    Requests.answer(out, store.read(tx -> view(tx, edited)));
  }

  @Override
  public void destroyVolume(
      DestroyVolumeRequest request, StreamObserver<DestroyVolumeResponse> out) {
    wishes.destroy(request.getName());
    Requests.answer(out, DestroyVolumeResponse.getDefaultInstance());
  }

  @Override
  public void attachVolume(AttachVolumeRequest request, StreamObserver<Operation> out) {
    Requests.requireRequestId(request.getRequestId());
    Requests.answer(
        out,
        HistoryToWire.operation(
            wishes.attach(
                request.getVolume(),
                request.getCluster(),
                request.getPath(),
                request.getRequestId())));
  }

  @Override
  public void detachVolume(DetachVolumeRequest request, StreamObserver<Operation> out) {
    Requests.requireRequestId(request.getRequestId());
    Requests.answer(
        out,
        HistoryToWire.operation(
            wishes.detach(
                request.getVolume(),
                request.getCluster(),
                request.getForce(),
                request.getRequestId())));
  }

  @Override
  public void startVolumeTest(StartVolumeTestRequest request, StreamObserver<Operation> out) {
    Requests.requireRequestId(request.getRequestId());
    Requests.answer(
        out,
        HistoryToWire.operation(
            wishes.test(request.getVolume(), request.getCluster(), request.getRequestId())));
  }

  @Override
  public void getVolumeTest(
      GetVolumeTestRequest request, StreamObserver<io.coxswain.v1.VolumeTest> out) {
    Requests.answer(out, store.read(tx -> test(tx, request.getOperation())));
  }

  private static io.coxswain.v1.VolumeTest test(Transaction tx, String operation) {
    VolumeTest test =
        tx.storage()
            .test(operation)
            .orElseThrow(
                () ->
                    new RefusedException(
                        RefusedException.Kind.NOT_FOUND,
                        operation,
                        "operation '" + operation + "': no test of a volume",
                        "cox storage test VOLUME"));
    return VolumeToWire.test(test, Lookup.operation(tx, operation));
  }

  private io.coxswain.v1.Volume view(Transaction tx, Volume volume) {
    io.coxswain.v1.Volume.Builder wire = VolumeToWire.volume(volume);
    List<String> living =
        tx.clusters().stream().map(cluster -> cluster.spec().id().value()).toList();
    tx.storage().attachments().stream()
        .filter(each -> each.volume().equals(volume.name()))
        .filter(each -> living.contains(each.cluster().value()))
        .map(each -> VolumeToWire.attachment(each, tx.instances(each.cluster()), fleet::seen))
        .forEach(wire::addAttachments);
    return wire.build();
  }

  // Beyond a long it is too large, not negative.
  private static long size(long unsigned) {
    return unsigned < 0 ? Volume.LARGEST_GIB + 1 : unsigned;
  }

  private static VolumeType type(io.coxswain.v1.VolumeType wire) {
    return switch (wire) {
      case NFS -> VolumeType.NFS;
      case LUSTRE -> VolumeType.LUSTRE;
      case BEEGFS -> VolumeType.BEEGFS;
      case CEPHFS -> VolumeType.CEPHFS;
      case GLUSTERFS -> VolumeType.GLUSTERFS;
      case SSHFS -> VolumeType.SSHFS;
      case LOCAL -> VolumeType.LOCAL;
      case BIND -> VolumeType.BIND;
      case VOLUME_TYPE_UNSPECIFIED, UNRECOGNIZED ->
          throw new InvalidSpecException(
              "type",
              "type: none that is known (expected: nfs, lustre, beegfs, cephfs, glusterfs, sshfs,"
                  + " local or bind)");
    };
  }
}
