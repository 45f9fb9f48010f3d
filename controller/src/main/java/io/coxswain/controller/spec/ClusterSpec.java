package io.coxswain.controller.spec;

import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A cluster as it is wanted.
 *
 * @param hosts only these machines, by name; empty: any that fits
 * @param uid uid and gid of the login user, whose name is the id
 * @param slurmctldPort TCP port of its slurmctld on the jumphost
 * @param jumphost name of the machine that is its jumphost
 */
public record ClusterSpec(
    ClusterId id,
    String name,
    Shape shape,
    int size,
    List<String> publicKeys,
    boolean isDeletionProtected,
    Selector selector,
    List<String> hosts,
    int uid,
    int slurmctldPort,
    String jumphost,
    Intent intent,
    String createdBy,
    Instant createdAt) {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{1,30}");
  private static final Pattern KEY =
      Pattern.compile(
          "(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)|sk-ssh-ed25519@openssh\\.com|"
              + "sk-ecdsa-sha2-nistp256@openssh\\.com) [A-Za-z0-9+/]+={0,2}( [^\\r\\n]*)?");

  /** Slurm's own limit is 65,536 nodes per slurmctld (slurm.conf(5), MaxNodeCount). */
  public static final int LARGEST = 4096;

  /** First uid and gid of login users; below are the system's and the site's. */
  public static final int FIRST_UID = 20_000;

  public ClusterSpec {
    requireName(name);
    if (size < 1 || size > LARGEST) {
      throw new InvalidSpecException(
          "size", "size: " + size + " (expected: 1 to " + LARGEST + " machines)");
    }
    publicKeys.forEach(ClusterSpec::requireKey);
    publicKeys = List.copyOf(publicKeys);
    hosts = List.copyOf(hosts);
    if (uid < FIRST_UID) {
      throw new InvalidSpecException(
          "uid", "uid: " + uid + " (expected: at least " + FIRST_UID + ")");
    }
  }

  public static void requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidSpecException(
          "name", "name: '" + name + "' (expected: ^[a-z][a-z0-9-]{1,30}$)");
    }
  }

  /**
   * Refuses what sshd would not read, without repeating it: it may be a private key given by
   * mistake.
   */
  public static void requireKey(String line) {
    if (!KEY.matcher(line).matches()) {
      throw new InvalidSpecException(
          "public_keys",
          "public key: not one (expected: a line of OpenSSH's, such as 'ssh-ed25519 AAAA… me@host')");
    }
  }

  public ClusterSpec withIntent(Intent intent) {
    return new ClusterSpec(
        id,
        name,
        shape,
        size,
        publicKeys,
        isDeletionProtected,
        selector,
        hosts,
        uid,
        slurmctldPort,
        jumphost,
        intent,
        createdBy,
        createdAt);
  }

  public ClusterSpec withSize(int size) {
    return new ClusterSpec(
        id,
        name,
        shape,
        size,
        publicKeys,
        isDeletionProtected,
        selector,
        hosts,
        uid,
        slurmctldPort,
        jumphost,
        intent,
        createdBy,
        createdAt);
  }

  public ClusterSpec withHosts(List<String> hosts) {
    return new ClusterSpec(
        id,
        name,
        shape,
        size,
        publicKeys,
        isDeletionProtected,
        selector,
        hosts,
        uid,
        slurmctldPort,
        jumphost,
        intent,
        createdBy,
        createdAt);
  }

  /** The same cluster with other people, and for machines that are still to come. */
  public ClusterSpec edited(
      List<String> publicKeys, boolean isDeletionProtected, Selector selector, List<String> hosts) {
    return new ClusterSpec(
        id,
        name,
        shape,
        size,
        publicKeys,
        isDeletionProtected,
        selector,
        hosts,
        uid,
        slurmctldPort,
        jumphost,
        intent,
        createdBy,
        createdAt);
  }

  public ClusterSpec withNameAndProtection(String name, boolean isDeletionProtected) {
    return new ClusterSpec(
        id,
        name,
        shape,
        size,
        publicKeys,
        isDeletionProtected,
        selector,
        hosts,
        uid,
        slurmctldPort,
        jumphost,
        intent,
        createdBy,
        createdAt);
  }

  public String user() {
    return id.value();
  }

  /** What people want of it now, from the weakest to the strongest. */
  public enum Intent {
    /** To be there. */
    RUN,
    /** To go; refuse while it has jobs. */
    DESTROY,
    /** To go when its running jobs have ended. */
    DESTROY_AFTER_JOBS,
    /** To go now; its jobs are cancelled. */
    DESTROY_WITH_JOBS;

    public boolean isDestroy() {
      return this != RUN;
    }
  }
}
