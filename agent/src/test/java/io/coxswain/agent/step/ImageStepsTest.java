package io.coxswain.agent.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.Files.Kind;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Images;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Images on one machine: asked for, awaited, unpacked, led to, and gone when nobody needs them. */
class ImageStepsTest {
  private static final LoadImage LOAD = ImageRack.load();
  private static final MakeContainer CONTAINER = ImageRack.container();
  private static final String ROOT = Images.rootfs(ImageRack.DIGEST);

  @Test
  void anImageIsAskedForAndAwaitedWithItsProgress() {
    FakeHost host = ImageRack.bare();
    LOAD.apply(host);
    assertThat(new Images(host.files()).orders())
        .containsExactly(new Images.Order(ImageRack.DIGEST, ImageRack.SIZE));
    host.files().put(Images.archive(ImageRack.DIGEST) + ".part", "x".repeat(3 << 20));
    assertThat(LOAD.check(host))
        .isEqualTo(
            new Check.Pending("the image is being fetched: 3 of 400 MiB", Duration.ofMinutes(60)));
  }

  @Test
  void whyItCannotBeFetchedIsTold() {
    FakeHost host = ImageRack.bare();
    LOAD.apply(host);
    new Images(host.files()).failed(ImageRack.DIGEST, "sha256:00 arrived");
    assertThatThrownBy(() -> LOAD.check(host))
        .isInstanceOf(HostException.class)
        .hasMessage("sha256:00 arrived");
  }

  @Test
  void oneThatTheDiskHasNoRoomForIsNotAskedFor() {
    FakeHost host = ImageRack.bare();
    host.files().leave(ImageRack.SIZE);
    assertThatThrownBy(() -> LOAD.apply(host))
        .isInstanceOfSatisfying(
            HostException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DISK_FULL))
        .hasMessageContaining("400 MiB free (expected: 2000 MiB");
    assertThat(new Images(host.files()).orders()).isEmpty();
  }

  @Test
  void whatItWasUnpackedFromGoesAndOfItsEnvironmentStaysWhatIsPlain() {
    FakeHost host = ImageRack.unpacked();
    assertThat(host.files().list(Images.home(ImageRack.DIGEST)))
        .containsExactly("bundle", "environment", "ready");
    assertThat(host.files().text(Images.environment(ImageRack.DIGEST)))
        .isEqualTo("PATH=/opt/bin:/bin\nGREETING=hello\n");
  }

  @Test
  void aContainerHasPlacesForWhatIsBoundAndLeadsToItsImage() {
    FakeHost host = ImageRack.unpacked();
    CONTAINER.apply(host);
    assertThat(host.files().text("/var/lib/coxswain-containers/c-7f3a/binds"))
        .isEqualTo("rw /home /home\nro /etc/resolv.conf /etc/resolv.conf\n");
    assertThat(host.files().readLink(Images.link("c-7f3a"))).isEqualTo(ROOT);
    assertThat(host.files().stat(ROOT + "/etc/resolv.conf").orElseThrow().kind())
        .isEqualTo(Kind.FILE);
  }

  @Test
  void aLinkOfTheImageInPlaceOfAFileIsReplaced() {
    FakeHost host = ImageRack.unpacked();
    host.files().put("/etc/shadow", "secret");
    host.files().link(ROOT + "/etc/resolv.conf", "/etc/shadow");
    CONTAINER.apply(host);
    assertThat(host.files().text(ROOT + "/etc/resolv.conf")).isEmpty();
    assertThat(host.files().text("/etc/shadow")).isEqualTo("secret");
  }

  @Test
  void aDirectoryOfTheImageThatIsALinkIsNeverFollowed() {
    FakeHost host = ImageRack.unpacked();
    host.files().deleteTree(ROOT + "/etc");
    host.files().link(ROOT + "/etc", "/etc");
    assertThatThrownBy(() -> CONTAINER.apply(host))
        .isInstanceOf(HostException.class)
        .hasMessageContaining("LINK at or above /etc/resolv.conf (expected: a DIRECTORY)");
    assertThat(host.files().stat(Images.link("c-7f3a"))).isEmpty();
  }

  @Test
  void anImageThatIsNotUnpackedGetsNoContainer() {
    assertThatThrownBy(() -> CONTAINER.apply(ImageRack.fetched()))
        .hasMessageContaining("not unpacked");
  }

  @Test
  void anUnusedImageGoesAfterAWeekAndAUsedOneStays() {
    FakeHost host = ImageRack.unpacked();
    CONTAINER.apply(host);
    Images images = new Images(host.files());
    images.sweep(host.clock().instant());
    images.sweep(host.clock().instant().plus(Duration.ofDays(30)));
    assertThat(images.isReady(ImageRack.DIGEST)).isTrue();
    host.files().deleteTree("/var/lib/coxswain-containers/c-7f3a");
    images.sweep(host.clock().instant());
    images.sweep(host.clock().instant().plus(Duration.ofDays(6)));
    assertThat(images.isReady(ImageRack.DIGEST)).isTrue();
    images.sweep(host.clock().instant().plus(Duration.ofDays(7)));
    assertThat(host.files().stat(Images.home(ImageRack.DIGEST))).isEmpty();
  }

  @Test
  void anUnusedImageGoesAtOnceWhereRoomIsScarce() {
    FakeHost host = ImageRack.unpacked();
    Images images = new Images(host.files());
    images.sweep(host.clock().instant());
    host.files().leave(1L << 30);
    images.sweep(host.clock().instant());
    assertThat(host.files().stat(Images.home(ImageRack.DIGEST))).isEmpty();
  }

  @Test
  void aPluginIsCompiledAgainForAnotherSlurm() {
    FakeHost host = ImageRack.withCompiler();
    CompileSlurmPlugin plugin = ImageRack.plugin();
    plugin.apply(host);
    assertThat(plugin.check(host)).isInstanceOf(Check.InSync.class);
    host.files()
        .put("/usr/include/slurm/slurm_version.h", "#define SLURM_VERSION_NUMBER 0x170b00 ");
    assertThat(plugin.check(host)).isInstanceOf(Check.Drift.class);
  }
}
