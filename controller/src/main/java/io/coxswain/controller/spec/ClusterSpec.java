package io.coxswain.controller.spec;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A cluster as it is wanted.
 *
 * @param pools at least one; the first is where jobs go that name no partition
 * @param uid uid and gid of the login user, whose name is the id
 * @param slurmctldPort TCP port of its slurmctld on the jumphost
 * @param jumphost name of the machine that is its jumphost
 */
public record ClusterSpec(
    ClusterId id,
    String name,
    List<Nodepool> pools,
    List<String> publicKeys,
    boolean isDeletionProtected,
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
    requirePools(pools);
    publicKeys.forEach(ClusterSpec::requireKey);
    publicKeys = List.copyOf(publicKeys);
    pools = List.copyOf(pools);
    if (uid < FIRST_UID) {
      throw new InvalidSpecException(
          "uid", "uid: " + uid + " (expected: at least " + FIRST_UID + ")");
    }
  }

  private static void requirePools(List<Nodepool> pools) {
    long names = pools.stream().map(Nodepool::name).distinct().count();
    if (pools.isEmpty() || names < pools.size()) {
      throw new InvalidSpecException(
          "nodepools",
          "nodepools: " + pools.size() + " (expected: at least 1, each of its own name)");
    }
    long largest = pools.stream().mapToLong(Nodepool::max).sum();
    if (largest < 1 || largest > LARGEST) {
      throw new InvalidSpecException(
          "size", "size: " + largest + " (expected: 1 to " + LARGEST + " machines)");
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
        pools,
        publicKeys,
        isDeletionProtected,
        uid,
        slurmctldPort,
        jumphost,
        intent,
        createdBy,
        createdAt);
  }

  public ClusterSpec withPools(List<Nodepool> pools) {
    return new ClusterSpec(
        id,
        name,
        pools,
        publicKeys,
        isDeletionProtected,
        uid,
        slurmctldPort,
        jumphost,
        intent,
        createdBy,
        createdAt);
  }

  /** With this pool in place of the one of the same name. */
  public ClusterSpec with(Nodepool changed) {
    return withPools(
        pools.stream().map(pool -> pool.name().equals(changed.name()) ? changed : pool).toList());
  }

  /** The same cluster with other people. */
  public ClusterSpec edited(List<String> publicKeys, boolean isDeletionProtected) {
    return new ClusterSpec(
        id,
        name,
        pools,
        publicKeys,
        isDeletionProtected,
        uid,
        slurmctldPort,
        jumphost,
        intent,
        createdBy,
        createdAt);
  }

  public ClusterSpec on(String jumphost, int slurmctldPort) {
    return new ClusterSpec(
        id,
        name,
        pools,
        publicKeys,
        isDeletionProtected,
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
        pools,
        publicKeys,
        isDeletionProtected,
        uid,
        slurmctldPort,
        jumphost,
        intent,
        createdBy,
        createdAt);
  }

  public Optional<Nodepool> pool(String name) {
    return pools.stream().filter(pool -> pool.name().equals(name)).findFirst();
  }

  public Nodepool poolOf(String name) {
    return pool(name)
        .orElseThrow(() -> new IllegalStateException(id + ": no nodepool '" + name + "'"));
  }

  /** Where jobs go that name no partition. */
  public Nodepool mainPool() {
    return standing().findFirst().orElseGet(pools::getFirst);
  }

  /** Nodes that it always has. */
  public int size() {
    return standing().mapToInt(Nodepool::min).sum();
  }

  /** Nodes that it may have. */
  public int largest() {
    return standing().mapToInt(Nodepool::max).sum();
  }

  private Stream<Nodepool> standing() {
    return pools.stream().filter(pool -> !pool.isEnding());
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
