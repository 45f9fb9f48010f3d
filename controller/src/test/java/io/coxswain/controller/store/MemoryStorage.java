package io.coxswain.controller.store;

import io.coxswain.controller.lifecycle.Attachment;
import io.coxswain.controller.lifecycle.VolumeTest;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.Volume;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Volumes as maps, undone with their transaction. */
final class MemoryStorage implements StorageTables {
  private final MemoryTransaction tx;
  private final Map<String, Volume> volumes = new HashMap<>();
  private final Map<List<String>, Attachment> attachments = new HashMap<>();
  private final Map<String, VolumeTest> tests = new HashMap<>();

  MemoryStorage(MemoryTransaction tx) {
    this.tx = tx;
  }

  @Override
  public List<Volume> volumes() {
    return volumes.values().stream().sorted(Comparator.comparing(Volume::name)).toList();
  }

  @Override
  public Optional<Volume> volume(String name) {
    return Optional.ofNullable(volumes.get(name));
  }

  @Override
  public void save(Volume volume) {
    tx.put(volumes, volume.name(), volume);
  }

  @Override
  public void removeVolume(String name) {
    if (attachments.values().stream().anyMatch(each -> each.volume().equals(name))) {
      throw new StoreException("volume '" + name + "'");
    }
    tx.remove(volumes, name);
  }

  @Override
  public List<Attachment> attachments() {
    return attachments.values().stream()
        .sorted(Comparator.comparing(Attachment::cluster).thenComparing(Attachment::volume))
        .toList();
  }

  @Override
  public void save(Attachment attachment) {
    if (!volumes.containsKey(attachment.volume())) {
      throw new StoreException("attachment of '" + attachment.volume() + "'");
    }
    tx.put(attachments, key(attachment), attachment);
  }

  @Override
  public void remove(Attachment attachment) {
    tx.remove(attachments, key(attachment));
  }

  @Override
  public void removeAttachments(ClusterId cluster) {
    attachments().stream().filter(each -> each.cluster().equals(cluster)).forEach(this::remove);
  }

  @Override
  public List<VolumeTest> openTests() {
    return tests.values().stream()
        .filter(VolumeTest::isUnderWay)
        .sorted(Comparator.comparing(VolumeTest::operation))
        .toList();
  }

  @Override
  public Optional<VolumeTest> test(String operation) {
    return Optional.ofNullable(tests.get(operation));
  }

  @Override
  public void save(VolumeTest test) {
    if (tx.operation(test.operation()).isEmpty()) {
      throw new StoreException("test '" + test.operation() + "'");
    }
    tx.put(tests, test.operation(), test);
  }

  void forgetTests() {
    List.copyOf(tests.keySet()).stream()
        .filter(operation -> tx.operation(operation).isEmpty())
        .forEach(operation -> tx.remove(tests, operation));
  }

  private static List<String> key(Attachment attachment) {
    return List.of(attachment.cluster().value(), attachment.volume());
  }
}
