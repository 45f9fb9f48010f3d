package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Attachment;
import io.coxswain.controller.lifecycle.VolumeTest;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.Volume;
import java.util.List;
import java.util.Optional;

/**
 * Volumes, as far as deciding looks at them.
 *
 * @param attachments of clusters that are not destroyed
 * @param tests those under way
 */
public record Storage(List<Volume> volumes, List<Attachment> attachments, List<VolumeTest> tests) {
  public static final Storage NONE = new Storage(List.of(), List.of(), List.of());

  public Storage {
    volumes = List.copyOf(volumes);
    attachments = List.copyOf(attachments);
    tests = List.copyOf(tests);
  }

  public Optional<Volume> volume(String name) {
    return volumes.stream().filter(volume -> volume.name().equals(name)).findFirst();
  }

  public List<Attachment> of(ClusterId cluster) {
    return attachments.stream().filter(each -> each.cluster().equals(cluster)).toList();
  }

  public Optional<Attachment> of(ClusterId cluster, String volume) {
    return of(cluster).stream().filter(each -> each.volume().equals(volume)).findFirst();
  }
}
