package io.coxswain.agent.step;

import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.Users.Account;

/** A machine that can mount NFS, and a volume for it. */
final class VolumeRack {
  static final String WHERE = "/mnt/data";

  private VolumeRack() {}

  static MountVolume mount(String volume) {
    return mountAt(volume, "/mnt/" + volume, "c-7f3a");
  }

  static MountVolume mountAt(String volume, String where, String cluster) {
    return new MountVolume(
        cluster,
        volume,
        "files.site:/export/" + volume,
        "nfs",
        where,
        "soft,nofail,_netdev",
        "mount.nfs",
        "nfs-common",
        "m-1",
        "c-7f3a",
        false,
        "",
        0,
        true);
  }

  static FakeHost bare() {
    FakeHost host = new FakeHost("gpu01");
    host.commands().install("mount.nfs");
    host.users().create(new Account("c-7f3a", 20_001, 20_001, "/home/c-7f3a", "/bin/bash"));
    return host;
  }

  static FakeHost mounted() {
    FakeHost host = bare();
    mount("data").apply(host);
    return host;
  }
}
