package io.coxswain.agent.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.v1.Step;
import io.coxswain.v1.VolumeMeasured;
import io.coxswain.v1.VolumeMounted;
import io.coxswain.v1.VolumeUnmounted;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever speaks to the agent: what is not plain reaches no unit, no program and no path. */
class VolumeStepsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/etc",
        "/etc/x",
        "/mnt",
        "/home",
        "mnt/data",
        "/mnt/../etc",
        "/mnt/./data",
        "/mnt//data",
        "/mnt/data/",
        "/mnt/da ta",
        "/mnt/data\nExecStart=x",
        "/mnt/%h",
        "/mnt/-x",
        "/mnt/a\\x2d",
        "/var/lib/x",
        "/proc/x",
        "/root/x",
        "/mnt/$(id)",
        ""
      })
  void aMountPointThatIsNoPlaceOfItsOwnIsRefused(String where) {
    refuse(WireSteps.volume().setWhere(where));
    assertThatThrownBy(
            () ->
                VolumeSteps.measured(
                    VolumeMeasured.newBuilder()
                        .setId("op-1")
                        .setVolume("data")
                        .setWhere(where)
                        .setSizeMib(64)
                        .build()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a:/b\nOptions=suid",
        "-o:/x",
        "a:/b c",
        "a:/%i",
        "a:/b;id",
        "a:/$(id)",
        "a:/`id`",
        "a:/\"",
        ""
      })
  void aSourceThatIsNotPlainIsRefused(String what) {
    refuse(WireSteps.volume().setWhat(what));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "soft,,hard", "soft hard", "soft\nExecStart=/bin/sh", "a=%h", "a=b=c",
            "ssh_command=sh -c id",
        "a='b'", "-x", "a=$(id)", "a=b\\n", "", ","
      })
  void optionsThatAreNotPlainAreRefused(String options) {
    refuse(WireSteps.volume().setOptions(options));
  }

  @Test
  void namesThatBecomePartsOfPathsArePlain() {
    for (String name : List.of("../x", "a/b", "a b", "A", "", "a\nb", "%n")) {
      refuse(WireSteps.volume().setVolume(name));
      refuse(WireSteps.volume().setClusterId(name));
    }
    refuse(WireSteps.volume().setProof("../../etc/passwd"));
    refuse(WireSteps.volume().setUser("-u root"));
    refuse(WireSteps.volume().setHelper("/bin/sh"));
    refuse(WireSteps.volume().setType("nfs;"));
  }

  @Test
  void whatIsPlainPasses() {
    for (String what :
        List.of(
            "files:/export",
            "[fd00::1]:/export",
            "10.0.0.1@tcp,10.0.0.2@tcp:/scratch",
            "me@0b9f9c3e-1111-2222-3333-444455556666.fs=/",
            "/dev/nvme1n1",
            "git@host:/srv")) {
      assertThat(VolumeSteps.mounted(WireSteps.volume().setWhat(what).build()).what())
          .isEqualTo(what);
    }
    assertThat(VolumeSteps.mounted(WireSteps.volume().setWhere("/data").build()).where())
        .isEqualTo("/data");
  }

  @Test
  void anEndWithoutAPolicyAndAFileWithoutASizeAreRefused() {
    assertThatThrownBy(
            () ->
                StepDecoder.decode(
                    Step.newBuilder()
                        .setVolumeUnmounted(VolumeUnmounted.newBuilder().setClusterId("c-7f3a"))
                        .build()))
        .hasMessageContaining("policy");
    assertThatThrownBy(
            () ->
                VolumeSteps.measured(
                    VolumeMeasured.newBuilder()
                        .setId("op-1")
                        .setVolume("data")
                        .setWhere("/mnt/data")
                        .setSizeMib(-1)
                        .build()))
        .hasMessageContaining("4294967295");
  }

  private static void refuse(VolumeMounted.Builder wire) {
    assertThatThrownBy(() -> VolumeSteps.mounted(wire.build()))
        .as(wire.toString())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected");
  }
}
