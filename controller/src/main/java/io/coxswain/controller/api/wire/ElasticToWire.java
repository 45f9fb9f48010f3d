package io.coxswain.controller.api.wire;

import io.coxswain.controller.spec.Want;
import io.coxswain.v1.ElasticNodes;
import io.coxswain.v1.ResumeRefused;

/** What is about slots of power saving, as the agent of the jumphost reads it. */
final class ElasticToWire {
  private ElasticToWire() {}

  static ElasticNodes nodes(Want.ElasticNodes want) {
    ElasticNodes.Builder wire = ElasticNodes.newBuilder().setClusterId(want.cluster().value());
    want.slots().forEach(slot -> wire.addSlots(slot(slot)));
    wire.addAllKept(want.kept());
    return wire.build();
  }

  static ResumeRefused refused(Want.ResumeRefused want) {
    return ResumeRefused.newBuilder()
        .setClusterId(want.cluster().value())
        .setNode(want.node())
        .setReason(want.reason())
        .build();
  }

  private static ElasticNodes.Slot slot(Want.ElasticNodes.Slot slot) {
    return ElasticNodes.Slot.newBuilder()
        .setName(slot.name())
        .setFeature(slot.feature())
        .setGres(slot.gres())
        .setCpus(slot.cpus())
        .setBoards(slot.boards())
        .setSocketsPerBoard(slot.socketsPerBoard())
        .setCoresPerSocket(slot.coresPerSocket())
        .setThreadsPerCore(slot.threadsPerCore())
        .setRealMemoryMib(slot.realMemoryMib())
        .build();
  }
}
