package io.coxswain.agent.host;

import java.util.List;
import java.util.Optional;

/** POSIX accounts of the machine, and the processes that run as them. */
public interface Users {
  Optional<Account> find(String name);

  Optional<Account> findByUid(int uid);

  /**
   * Creates the account and a group of the same name and gid; the home directory is made when it is
   * missing.
   */
  void create(Account account);

  /** Removes account and group; leaves files alone. */
  void remove(String name);

  /** Ids of processes that run as the uid. */
  List<Long> processes(int uid);

  /** SIGTERM, then SIGKILL after the grace that is left; returns when none is left or throws. */
  void endProcesses(int uid);

  record Account(String name, int uid, int gid, String home, String shell) {}
}
