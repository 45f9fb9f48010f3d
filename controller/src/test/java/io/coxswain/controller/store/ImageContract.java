package io.coxswain.controller.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterImage;
import io.coxswain.controller.spec.Image;
import io.coxswain.controller.spec.ImageFormat;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What every store does with images. */
abstract class ImageContract extends OpenStore {
  private static final ClusterId CLUSTER = new ClusterId("c-0001");
  private static final Image TORCH =
      new Image(
          "torch",
          Image.Kind.IMPORTED,
          "0123456789abcdef".repeat(4),
          1L << 33,
          ImageFormat.OCI_ARCHIVE,
          "alice",
          Instant.parse("2026-11-22T12:00:00.000000001Z"));

  @Test
  void anImageComesBackWholeAndByName() {
    write(tx -> tx.images().save(TORCH));
    assertThat(list(tx -> tx.images().images())).containsExactly(TORCH);
    assertThat(one(tx -> tx.images().image("torch"))).contains(TORCH);
    assertThat(one(tx -> tx.images().image("other"))).isEmpty();
    write(tx -> tx.images().removeImage("torch"));
    assertThat(list(tx -> tx.images().images())).isEmpty();
  }

  @Test
  void anImageCannotGoBeforeTheRowsOfClustersThatHaveIt() {
    ClusterImage having = ClusterImage.of(CLUSTER, TORCH);
    assertThatThrownBy(() -> write(tx -> tx.images().save(having)))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("'torch'");
    write(tx -> tx.images().save(TORCH));
    write(tx -> tx.images().save(having));
    assertThat(list(tx -> tx.images().clusterImages())).containsExactly(having);
    assertThatThrownBy(() -> write(tx -> tx.images().removeImage("torch")))
        .isInstanceOf(StoreException.class);
    write(tx -> tx.images().removeClusterImage(CLUSTER));
    write(tx -> tx.images().removeImage("torch"));
    assertThat(list(tx -> tx.images().clusterImages())).isEmpty();
  }
}
