package io.coxswain.agent.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.agent.step.MakeContainer;
import io.coxswain.v1.ContainerMade;
import io.coxswain.v1.ImageLoaded;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever speaks to the agent: what is not plain reaches no path, no program and no plugin. */
class ImageStepsTest {
  @Test
  void whatIsPlainPasses() {
    assertThat(ImageSteps.loaded(WireSteps.image().build()).digest()).isEqualTo(WireSteps.DIGEST);
    assertThat(ImageSteps.container(WireSteps.container().build()).binds())
        .containsExactly(new MakeContainer.Bind("/home", "/home", false, false));
    assertThat(ImageSteps.plugin(WireSteps.plugin().build()).path()).endsWith("container.so");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "home",
        "/../etc",
        "/home/../etc",
        "//home",
        "/home/",
        "/ho me",
        "/home\nrw / /",
        "/-x",
        "/$(id)",
        "/a'b",
        ""
      })
  void aPlaceThatIsNotPlainIsRefused(String path) {
    for (ContainerMade.Bind.Builder bind :
        new ContainerMade.Bind.Builder[] {
          ContainerMade.Bind.newBuilder().setSource(path).setTarget("/home"),
          ContainerMade.Bind.newBuilder().setSource("/home").setTarget(path)
        }) {
      assertThatThrownBy(
              () -> ImageSteps.container(WireSteps.container().addBinds(bind.build()).build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("container_made.binds");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "abc", "../../etc/passwd", "sha256:0123", "/etc", "0123 -x"})
  void aDigestThatIsNoneIsRefused(String digest) {
    assertThatThrownBy(() -> ImageSteps.loaded(WireSteps.image().setDigest(digest).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("image_loaded.digest");
    assertThatThrownBy(() -> ImageSteps.container(WireSteps.container().setDigest(digest).build()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anImageWithoutFormatOrSizeIsRefused() {
    assertThatThrownBy(
            () ->
                ImageSteps.loaded(
                    WireSteps.image().setFormat(ImageLoaded.Format.FORMAT_UNSPECIFIED).build()))
        .hasMessageContaining("OCI_ARCHIVE");
    assertThatThrownBy(() -> ImageSteps.loaded(WireSteps.image().setSizeBytes(0).build()))
        .hasMessageContaining("size_bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/etc/x.so", "/usr/local/lib/coxswain/../x.so", "/usr/local/lib/coxswain/x", ""})
  void aPluginGoesToOurPlaceAlone(String path) {
    assertThatThrownBy(() -> ImageSteps.plugin(WireSteps.plugin().setPath(path).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("slurm_plugin.path");
  }
}
