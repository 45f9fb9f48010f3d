package io.coxswain.controller.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.plan.RepairPolicy;
import io.coxswain.controller.slurm.ContainerView;
import io.coxswain.controller.spec.ClusterImage;
import io.coxswain.controller.spec.Image;
import io.coxswain.controller.spec.ImageFormat;
import io.coxswain.controller.spec.InvalidSpecException;
import io.coxswain.controller.spec.Want;
import io.coxswain.controller.store.ImageFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The catalogue of images, and what a cluster with one asks of its machines. */
final class ImageWishesTest {
  private static final byte[] ARCHIVE = tar("oci-layout", "index.json");

  @TempDir Path directory;
  private final Yard yard = new Yard(RepairPolicy.OFF);
  private ImageWishes wishes;

  @BeforeEach
  void open() {
    wishes = new ImageWishes(yard.store, files(), () -> yard.now);
  }

  @Test
  void anImageIsKeptUnderItsDigestAndGivenFromAnyByteToTheMachinesThatNeedIt() throws IOException {
    Image image = bring("torch", ARCHIVE, Optional.empty());
    assertThat(image.format()).isEqualTo(ImageFormat.OCI_ARCHIVE);
    assertThat(directory.resolve("images").resolve(image.digest() + ".tar"))
        .hasBinaryContent(ARCHIVE);
    assertThatThrownBy(() -> wishes.archive("m-1", image.digest(), 0))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("none that machine m-1 is assigned");
    give(image);
    try (SeekableByteChannel archive = wishes.archive("m-1", image.digest(), 512)) {
      assertThat(archive.size() - archive.position()).isEqualTo(ARCHIVE.length - 512);
    }
    assertThatThrownBy(() -> wishes.archive("m-3", image.digest(), 0))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void whatIsCutOrOfAnotherDigestOrNoImageLeavesNothing() {
    try (ImageFiles.Upload cut = wishes.begin("torch", 0)) {
      cut.append(ByteBuffer.wrap(ARCHIVE, 0, 100));
    }
    assertThat(left()).isEmpty();
    assertThatThrownBy(() -> bring("torch", ARCHIVE, Optional.of("0".repeat(64))))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("(expected: sha256:" + "0".repeat(64) + ")");
    assertThatThrownBy(() -> bring("torch", tar("etc/passwd"), Optional.empty()))
        .hasMessageContaining("no image in it");
    assertThatThrownBy(
            () -> bring("torch", "plain".getBytes(StandardCharsets.UTF_8), Optional.empty()))
        .hasMessageContaining("no image in it");
    assertThat(left()).isEmpty();
    List<Image> kept = yard.store.read(tx -> tx.images().images());
    assertThat(kept).isEmpty();
  }

  @Test
  void whatAnEarlierProcessWasTakingGoesWithTheNextStart() {
    ImageFiles.Upload lost = wishes.begin("torch", 0);
    lost.append(ByteBuffer.wrap(ARCHIVE));
    assertThat(left()).hasSize(1);
    files();
    assertThat(left()).isEmpty();
  }

  @Test
  void anArchiveOfDockerIsKnownToo() {
    assertThat(bring("old", tar("manifest.json"), Optional.empty()).format())
        .isEqualTo(ImageFormat.DOCKER_ARCHIVE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-x",
        "../x",
        "a/b",
        "A",
        "a b",
        "a\nb",
        "a'b",
        "$(id)",
        ".a",
        "a.",
        "sha256:0"
      })
  void aNameThatIsNotPlainIsRefused(String name) {
    assertThatThrownBy(() -> wishes.begin(name, 0))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("image name: '");
  }

  @Test
  void aTakenNameAndMoreThanTheDiskHoldsAreRefusedBeforeAnythingIsSent() {
    bring("torch", ARCHIVE, Optional.empty());
    assertThatThrownBy(() -> wishes.begin("torch", 0))
        .hasMessage("image 'torch': there is one of that name");
    assertThatThrownBy(() -> wishes.begin("other", 1L << 60)).hasMessageContaining("has room for");
  }

  @Test
  void anImageStaysWhileAClusterHasItAndGoesWithItsArchive() {
    Image image = bring("torch", ARCHIVE, Optional.empty());
    give(image);
    assertThatThrownBy(() -> wishes.remove("torch"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("in use by [c-0001]");
    yard.store.write(
        tx -> {
          tx.images().removeClusterImage(Yard.C);
          return true;
        });
    wishes.remove("torch");
    assertThat(left()).isEmpty();
    assertThatThrownBy(() -> wishes.remove("torch")).hasMessage("image 'torch': there is none");
  }

  @Test
  void theArchiveOfTwoNamesGoesWithTheLast() {
    bring("one", ARCHIVE, Optional.empty());
    bring("two", ARCHIVE, Optional.empty());
    wishes.remove("one");
    assertThat(left()).hasSize(1);
    wishes.remove("two");
    assertThat(left()).isEmpty();
  }

  @Test
  void aNodeOfAClusterWithAnImageRunsOnlyWhenItIsUnpacked() {
    give(bring("torch", ARCHIVE, Optional.empty()));
    grow();
    yard.turn();
    for (int i = 0; i < 6; i++) {
      yard.done("m-0");
      yard.done("m-3", "host");
      yard.done("m-3", "c-0001/node");
    }
    assertThat(yard.node(2).state()).isEqualTo(InstanceState.CONTAINER_CREATING);
    yard.done("m-3", "c-0001/image");
    assertThat(yard.node(2).state()).isEqualTo(InstanceState.RUNNING);
    assertThat(yard.events()).contains("IMAGE_WANTED", "IMAGE_READY");
  }

  @Test
  void anImageThatCannotBeUnpackedFailsTheNodeWithTheReason() {
    give(bring("torch", ARCHIVE, Optional.empty()));
    grow();
    yard.turn();
    for (int i = 0; i < 6; i++) {
      yard.done("m-0");
      yard.done("m-3", "host");
      yard.done("m-3", "c-0001/node");
    }
    yard.fail("m-3", "c-0001/image", "the disk is full");
    assertThat(yard.node(2).state()).isEqualTo(InstanceState.FAILED);
    assertThat(yard.node(2).failure().orElseThrow().message()).contains("the disk is full");
  }

  @Test
  void thePluginIsThereBeforeSlurmsDaemonsAndOnlyWhereAnImageIs() {
    assertThat(yard.wants("m-0").toString()).doesNotContain(ContainerView.PLUGIN, "plugstack");
    give(bring("torch", ARCHIVE, Optional.empty()));
    yard.turn();
    for (String machine : List.of("m-0", "m-1")) {
      List<Want> wants = yard.wants(machine);
      int plugin = at(wants, "SlurmPlugin").orElseThrow();
      int daemon =
          at(wants, machine.equals("m-0") ? "coxswain-slurmctld@" : "name=slurmd.service")
              .orElseThrow();
      assertThat(plugin).as(machine).isLessThan(daemon);
    }
    assertThat(yard.wants("m-0").toString())
        .contains("required /usr/local/lib/coxswain/container.so /var/lib/coxswain-containers/");
  }

  private void grow() {
    yard.intents.scaling().scale(new Scaling.Wish("train", "", 3, List.of(), "alice", "request-3"));
  }

  private static OptionalInt at(List<Want> wants, String text) {
    for (int i = 0; i < wants.size(); i++) {
      boolean isUnit = wants.get(i) instanceof Want.Unit;
      boolean isPlugin = wants.get(i) instanceof Want.SlurmPlugin;
      if ((isUnit || isPlugin) && wants.get(i).toString().contains(text)) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  private ImageFiles files() {
    return ImageFiles.open(directory.resolve("images"));
  }

  private List<String> left() {
    try (var files = Files.list(directory.resolve("images"))) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Image bring(String name, byte[] archive, Optional<String> digest) {
    try (ImageFiles.Upload upload = wishes.begin(name, archive.length)) {
      upload.append(ByteBuffer.wrap(archive));
      return wishes.finish(name, digest, upload, "alice");
    }
  }

  private void give(Image image) {
    yard.store.write(
        tx -> {
          tx.images().save(ClusterImage.of(Yard.C, image));
          return true;
        });
  }

  /** A tar file with small files of these names (ustar). */
  private static byte[] tar(String... names) {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    for (String name : names) {
      ByteBuffer header = ByteBuffer.allocate(512);
      header.put(0, name.getBytes(StandardCharsets.UTF_8));
      header.put(124, "00000000003".getBytes(StandardCharsets.UTF_8));
      header.put(257, "ustar".getBytes(StandardCharsets.UTF_8));
      tar.writeBytes(header.array());
      tar.writeBytes(ByteBuffer.allocate(512).put("abc".getBytes(StandardCharsets.UTF_8)).array());
    }
    tar.writeBytes(new byte[1024]);
    return tar.toByteArray();
  }
}
