package io.coxswain.controller.store;

import io.coxswain.controller.lifecycle.Attachment;
import io.coxswain.controller.lifecycle.VolumeTest;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.Volume;
import java.util.List;
import java.util.Optional;

/** Volumes within a transaction. Lists are sorted by name; {@code save} inserts or replaces. */
public interface StorageTables {
  List<Volume> volumes();

  Optional<Volume> volume(String name);

  void save(Volume volume);

  /** Refused while an attachment of it is stored, of a destroyed cluster too. */
  void removeVolume(String name);

  /** By cluster, then by volume; also of clusters that are destroyed. */
  List<Attachment> attachments();

  /** Its volume must be stored. */
  void save(Attachment attachment);

  void remove(Attachment attachment);

  /** All of a cluster that is no more. */
  void removeAttachments(ClusterId cluster);

  /** Tests that are under way. */
  List<VolumeTest> openTests();

  Optional<VolumeTest> test(String operation);

  /** Its operation must be stored; it is forgotten with that. */
  void save(VolumeTest test);
}
