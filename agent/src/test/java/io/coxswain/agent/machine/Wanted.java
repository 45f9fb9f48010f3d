package io.coxswain.agent.machine;

import com.google.protobuf.ByteString;
import io.coxswain.v1.DriverInstalled;
import io.coxswain.v1.DriverRestored;
import io.coxswain.v1.File;
import io.coxswain.v1.Group;
import io.coxswain.v1.HostName;
import io.coxswain.v1.HostsBlock;
import io.coxswain.v1.Packages;
import io.coxswain.v1.PathAbsent;
import io.coxswain.v1.ProcessesAbsent;
import io.coxswain.v1.Step;
import io.coxswain.v1.Unit;
import io.coxswain.v1.UnitAbsent;
import io.coxswain.v1.UserAbsent;
import io.coxswain.v1.UserAccount;
import java.util.List;

/** Groups and steps as a controller sends them. */
final class Wanted {
  private Wanted() {}

  static Group group(String name, Step... steps) {
    return Group.newBuilder().setName(name).addAllSteps(List.of(steps)).build();
  }

  /** The same, to be begun when the other group is done. */
  static Group groupAfter(String other, String name, Step... steps) {
    return group(name, steps).toBuilder().addAfter(other).build();
  }

  static Step hostName(String name) {
    return step("set the host name").setHostName(HostName.newBuilder().setName(name)).build();
  }

  /** Each entry is an address and its names, as in /etc/hosts. */
  static Step hosts(String... entries) {
    HostsBlock.Builder block = HostsBlock.newBuilder();
    for (String entry : entries) {
      List<String> words = List.of(entry.split(" ", -1));
      block.addEntries(
          HostsBlock.Entry.newBuilder()
              .setAddress(words.getFirst())
              .addAllNames(words.subList(1, words.size())));
    }
    return step("name the cluster's machines").setHostsBlock(block).build();
  }

  /** The gid is the uid, the home below /home. */
  static Step user(String name, int uid, String... keys) {
    return step("add " + name)
        .setUserAccount(
            UserAccount.newBuilder()
                .setName(name)
                .setUid(uid)
                .setGid(uid)
                .setHome("/home/" + name)
                .setShell("/bin/bash")
                .addAllAuthorizedKeys(List.of(keys)))
        .build();
  }

  static Step noUser(String name, int uid) {
    return step("remove " + name)
        .setUserAbsent(UserAbsent.newBuilder().setName(name).setUid(uid).setHome("/home/" + name))
        .build();
  }

  static Step noProcesses(String user, int uid) {
    return step("end the processes of " + user)
        .setProcessesAbsent(ProcessesAbsent.newBuilder().setUser(user).setUid(uid))
        .build();
  }

  static Step packages(String... names) {
    return step("install " + String.join(", ", names))
        .setPackages(Packages.newBuilder().addAllNames(List.of(names)))
        .build();
  }

  static Step file(String path, String content) {
    return file(path, content, 0644, "root");
  }

  static Step file(String path, String content, int mode, String owner) {
    return step("write " + path).setFile(content(path, content, mode, owner)).build();
  }

  static Step secret(String path, String content, String owner) {
    return step("write " + path)
        .setFile(content(path, content, 0400, owner).setSecret(true))
        .build();
  }

  private static File.Builder content(String path, String content, int mode, String owner) {
    return File.newBuilder()
        .setPath(path)
        .setContent(ByteString.copyFromUtf8(content))
        .setMode(mode)
        .setOwner(owner)
        .setGroup(owner);
  }

  static Step unit(String name, String... restartOn) {
    return step("run " + name)
        .setUnit(Unit.newBuilder().setName(name).addAllRestartOn(List.of(restartOn)))
        .build();
  }

  static Step noUnit(String name) {
    return step("stop " + name).setUnitAbsent(UnitAbsent.newBuilder().setName(name)).build();
  }

  static Step noPath(String path) {
    return step("remove " + path)
        .setPathAbsent(PathAbsent.newBuilder().setPath(path).setRecursive(true))
        .build();
  }

  /** A bundle of one file; each package is "NAME=VERSION". */
  static Step driver(String id, String path, String content, String... packages) {
    DriverInstalled.Builder driver =
        DriverInstalled.newBuilder()
            .setId(id)
            .setBundle("sample 1")
            .addFiles(
                DriverInstalled.ConfigurationFile.newBuilder().setPath(path).setContent(content));
    for (String one : packages) {
      List<String> words = List.of(one.split("=", -1));
      driver.addPackages(
          DriverInstalled.Package.newBuilder()
              .setName(words.getFirst())
              .setVersion(words.getLast()));
    }
    return step("install the driver").setDriverInstalled(driver).build();
  }

  static Step driverBefore(String id) {
    return step("bring back the driver")
        .setDriverRestored(DriverRestored.newBuilder().setId(id))
        .build();
  }

  private static Step.Builder step(String title) {
    return Step.newBuilder().setTitle(title);
  }
}
