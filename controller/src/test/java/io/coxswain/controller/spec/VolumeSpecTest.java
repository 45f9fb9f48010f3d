package io.coxswain.controller.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A volume, its source, its options and its place cannot hold what would be more than that. */
class VolumeSpecTest {
  private static final Map<VolumeType, String> SOURCES =
      Map.of(
          VolumeType.NFS, "files.site:/export/data",
          VolumeType.LUSTRE, "10.0.0.1@tcp,10.0.0.2@tcp:10.0.0.3@o2ib1:/scratch/team",
          VolumeType.BEEGFS, "/etc/beegfs/beegfs-client.conf",
          VolumeType.CEPHFS, "me@.fs=/",
          VolumeType.GLUSTERFS, "files:/vol1",
          VolumeType.SSHFS, "git@files.site:/srv/data",
          VolumeType.LOCAL, "/dev/nvme1n1",
          VolumeType.BIND, "/gpfs/projects");

  @ParameterizedTest
  @EnumSource(VolumeType.class)
  void everyTypeTakesItsOwnFormAndNoInjection(VolumeType type) {
    String source = Objects.requireNonNull(SOURCES.get(type));
    assertThat(volume(type, source, List.of()).source()).isEqualTo(source);
    for (String end :
        List.of(
            "\nOptions=suid", " -o suid", "%h", "\\x20", "\"", ";id", "$(id)", "`id`", "/../x")) {
      refuse(type, source + end);
    }
    for (String nonsense : List.of("", "-o", "/", "..", "a", "\n", "$(id):/x", "-x:/y")) {
      refuse(type, nonsense);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ssh_command=sh",
        "ProxyCommand=id",
        "sftp_server=/bin/sh",
        "LocalCommand=id",
        "helper=x",
        "uhelper=x",
        "x-systemd.automount",
        "x-mount.mkdir",
        "log-file=/etc/passwd",
        "suid",
        "dev",
        "soft\nExecStart=/bin/sh",
        "a%h",
        "",
        " ",
        "-o",
        "soft hard",
        "timeo=1;id",
        "timeo",
        "soft=1",
        "vers=4.1,suid",
        "remount",
        "loop",
        "context=x"
      })
  void optionsThatRunProgramsOrAreNotKnownAreRefusedForEveryType(String option) {
    SOURCES.forEach(
        (type, source) ->
            assertThatThrownBy(() -> volume(type, source, List.of(option)))
                .as("%s for %s", option, type)
                .isInstanceOfSatisfying(
                    InvalidSpecException.class, e -> assertThat(e.field()).isEqualTo("options"))
                .hasMessageContaining("expected"));
  }

  @Test
  void whatGoesWithoutSayingGivesWayToWhatIsAsked() {
    assertThat(volume(VolumeType.NFS, "files:/x", List.of()).mountOptions())
        .isEqualTo("soft,timeo=150,retrans=3,nosuid,nodev,nofail,_netdev");
    assertThat(
            volume(VolumeType.NFS, "files:/x", List.of("hard", "timeo=600", "ro")).mountOptions())
        .isEqualTo("retrans=3,nosuid,nodev,nofail,_netdev,hard,timeo=600,ro");
    assertThat(volume(VolumeType.BIND, "/gpfs/x", List.of()).mountOptions())
        .isEqualTo("bind,nosuid,nodev,nofail");
    Volume beegfs = volume(VolumeType.BEEGFS, "/etc/beegfs/a.conf", List.of());
    assertThat(beegfs.what()).isEqualTo("beegfs_nodev");
    assertThat(beegfs.mountOptions()).startsWith("cfgFile=/etc/beegfs/a.conf,nosuid");
  }

  @Test
  void aLocalOneIsADeviceOrADirectoryThatIsMade() {
    Volume device = volume(VolumeType.LOCAL, "/dev/nvme1n1", List.of());
    assertThat(device.fileSystem()).isEmpty();
    assertThat(device.isMade()).isFalse();
    Volume directory = volume(VolumeType.LOCAL, "/scratch", List.of());
    assertThat(directory.fileSystem()).isEqualTo("none");
    assertThat(directory.mountOptions()).startsWith("bind,");
    assertThat(directory.isMade()).isTrue();
    refuse(VolumeType.BIND, "/dev/sda");
    refuse(VolumeType.LOCAL, "/etc");
    refuse(VolumeType.LOCAL, "/var/lib/coxswain-agent");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/etc",
        "/etc/x",
        "/usr/local",
        "/var/lib/x",
        "/tmp/x",
        "/run/x",
        "/proc/x",
        "/dev/x",
        "/root/x",
        "/boot",
        "/mnt",
        "/home",
        "/srv",
        "/home/c-7f3a",
        "/home/c-7f3a/x",
        "mnt/data",
        "",
        "/mnt/../etc",
        "/mnt/./x",
        "/mnt//x",
        "/mnt/x/",
        "/mnt/a b",
        "/mnt/a\nb",
        "/mnt/%h",
        "/mnt/-x",
        "/mnt/.x",
        "/mnt/a\\b",
        "/mnt/$(id)",
        "/mnt/ä"
      })
  void aPlaceThatIsTheSystemsOrNotPlainIsRefused(String path) {
    assertThatThrownBy(() -> new MountPath(path))
        .isInstanceOfSatisfying(
            InvalidSpecException.class,
            e -> {
              assertThat(e.field()).isEqualTo("path");
              assertThat(e.getMessage()).contains("expected").doesNotContain("\n");
            });
  }

  @Test
  void placesOfTheirOwnAreTaken() {
    for (String path : List.of("/mnt/data", "/data", "/home/shared", "/srv/a.b_c-d/e", "/opt/x")) {
      assertThat(new MountPath(path).value()).isEqualTo(path);
    }
    assertThat(MountPath.of("data").value()).isEqualTo("/mnt/data");
    assertThat(new MountPath("/data").meets(new MountPath("/data/x"))).isTrue();
    assertThat(new MountPath("/data/x").meets(new MountPath("/data"))).isTrue();
    assertThat(new MountPath("/data").meets(new MountPath("/data2"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a", "Data", "1data", "../x", "a b", "a/b", "a\nb", "%n", "-x", "x_y"})
  void namesThatAreNotPlainAreRefused(String name) {
    assertThatThrownBy(
            () ->
                new Volume(
                    name, VolumeType.NFS, "a:/b", List.of(), 0, false, false, "me", Instant.EPOCH))
        .isInstanceOfSatisfying(
            InvalidSpecException.class, e -> assertThat(e.field()).isEqualTo("name"));
  }

  @Test
  void sizesAndHomesThatCannotBeAreRefused() {
    Volume scratch = volume(VolumeType.LOCAL, "/scratch", List.of());
    assertThatThrownBy(() -> scratch.edited(-1, false, false)).hasMessageContaining("-1 GiB");
    assertThatThrownBy(() -> scratch.edited(Volume.LARGEST_GIB + 1, false, false))
        .isInstanceOf(InvalidSpecException.class);
    assertThatThrownBy(() -> scratch.edited(0, false, true)).hasMessageContaining("share");
    assertThatThrownBy(() -> volume(VolumeType.NFS, "a:/b", List.of("ro")).edited(0, false, true))
        .hasMessageContaining("read only");
  }

  private static void refuse(VolumeType type, String source) {
    assertThatThrownBy(() -> volume(type, source, List.of()))
        .as("%s '%s'", type, source)
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("expected");
  }

  private static Volume volume(VolumeType type, String source, List<String> options) {
    return new Volume("data", type, source, options, 0, false, false, "alice", Instant.EPOCH);
  }
}
