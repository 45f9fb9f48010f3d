package io.coxswain.controller.store;

import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterImage;
import io.coxswain.controller.spec.Image;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Images as maps, undone with their transaction. */
final class MemoryImages implements ImageTables {
  private final MemoryPower tx;
  private final Map<String, Image> images = new HashMap<>();
  private final Map<ClusterId, ClusterImage> ofClusters = new HashMap<>();

  MemoryImages(MemoryPower tx) {
    this.tx = tx;
  }

  @Override
  public List<Image> images() {
    return images.values().stream().sorted(Comparator.comparing(Image::name)).toList();
  }

  @Override
  public Optional<Image> image(String name) {
    return Optional.ofNullable(images.get(name));
  }

  @Override
  public void save(Image image) {
    tx.put(images, image.name(), image);
  }

  @Override
  public void removeImage(String name) {
    if (ofClusters.values().stream().anyMatch(each -> each.image().equals(name))) {
      throw new StoreException("image '" + name + "'");
    }
    tx.remove(images, name);
  }

  @Override
  public List<ClusterImage> clusterImages() {
    return ofClusters.values().stream()
        .sorted(Comparator.comparing(ClusterImage::cluster))
        .toList();
  }

  @Override
  public void save(ClusterImage image) {
    if (!images.containsKey(image.image())) {
      throw new StoreException("image of a cluster '" + image.image() + "'");
    }
    tx.put(ofClusters, image.cluster(), image);
  }

  @Override
  public void removeClusterImage(ClusterId cluster) {
    tx.remove(ofClusters, cluster);
  }
}
