package io.coxswain.controller.store;

import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterImage;
import io.coxswain.controller.spec.Image;
import java.util.List;
import java.util.Optional;

/** Images within a transaction. Lists are sorted by name; {@code save} inserts or replaces. */
public interface ImageTables {
  List<Image> images();

  Optional<Image> image(String name);

  void save(Image image);

  /** Refused while a cluster's row names it, of a destroyed cluster too. */
  void removeImage(String name);

  /** By cluster; also of clusters that are destroyed. */
  List<ClusterImage> clusterImages();

  /** Its image must be stored. */
  void save(ClusterImage image);

  void removeClusterImage(ClusterId cluster);
}
