package io.coxswain.controller.store;

import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterImage;
import io.coxswain.controller.spec.Image;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** The tables {@code image} and {@code cluster_image}. */
record ImageRows(Handle handle, Runnable requireWrite) implements ImageTables {
  private static final String SAVE_IMAGE = Upsert.into("image", "name", "digest", "content");
  private static final String SAVE_CLUSTER =
      Upsert.into("cluster_image", "cluster", "image", "content");

  @Override
  public List<Image> images() {
    return handle
        .createQuery("select content from image order by name")
        .map((row, context) -> Json.value(row.getString("content"), Image.class))
        .list();
  }

  @Override
  public Optional<Image> image(String name) {
    return handle
        .createQuery("select content from image where name = :name")
        .bind("name", name)
        .map((row, context) -> Json.value(row.getString("content"), Image.class))
        .findOne();
  }

  @Override
  public void save(Image image) {
    requireWrite.run();
    handle
        .createUpdate(SAVE_IMAGE)
        .bind("name", image.name())
        .bind("digest", image.digest())
        .bind("content", Json.text(image))
        .execute();
  }

  @Override
  public void removeImage(String name) {
    requireWrite.run();
    try {
      handle.createUpdate("delete from image where name = :name").bind("name", name).execute();
    } catch (UnableToExecuteStatementException e) {
      throw Refusal.of(e, "image '" + name + "' (expected: one that no cluster has)");
    }
  }

  @Override
  public List<ClusterImage> clusterImages() {
    return handle
        .createQuery("select content from cluster_image order by cluster")
        .map((row, context) -> Json.value(row.getString("content"), ClusterImage.class))
        .list();
  }

  @Override
  public void save(ClusterImage image) {
    requireWrite.run();
    try {
      handle
          .createUpdate(SAVE_CLUSTER)
          .bind("cluster", image.cluster().value())
          .bind("image", image.image())
          .bind("content", Json.text(image))
          .execute();
    } catch (UnableToExecuteStatementException e) {
      throw Refusal.of(
          e, "image of " + image.cluster() + " '" + image.image() + "' (expected: one stored)");
    }
  }

  @Override
  public void removeClusterImage(ClusterId cluster) {
    requireWrite.run();
    handle
        .createUpdate("delete from cluster_image where cluster = :cluster")
        .bind("cluster", cluster.value())
        .execute();
  }
}
