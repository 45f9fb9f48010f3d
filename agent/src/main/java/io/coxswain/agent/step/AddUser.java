package io.coxswain.agent.step;

import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Files.FileStat;
import io.coxswain.agent.host.Files.Kind;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Users.Account;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A POSIX account with a fixed uid, a home, and our block of keys in its authorized_keys; keys of
 * its own stay.
 */
public record AddUser(Account account, List<String> authorizedKeys) implements Step {
  public AddUser {
    authorizedKeys = List.copyOf(authorizedKeys);
  }

  @Override
  public Check check(Host host) {
    demandHome(host);
    List<String> changes = new ArrayList<>();
    Optional<Account> there = host.users().find(account.name());
    if (there.isEmpty()) {
      changes.add("user %s: create with uid %d".formatted(account.name(), account.uid()));
    } else if (there.get().uid() != account.uid() || there.get().gid() != account.gid()) {
      changes.add(
          "user %s: uid %d -> %d".formatted(account.name(), there.get().uid(), account.uid()));
    }
    if (host.files().stat(account.home()).isEmpty()) {
      changes.add(account.home() + ": create");
    }
    changes.addAll(keyDrift(host));
    return Check.Drift.of(changes);
  }

  private List<String> keyDrift(Host host) {
    List<String> changes = new ArrayList<>();
    Optional<FileStat> file = host.files().stat(keyFile());
    if (file.isEmpty()) {
      if (!authorizedKeys.isEmpty()) {
        changes.add(keyFile() + ": create with " + authorizedKeys.size() + " keys");
      }
      return changes;
    }
    String text = keyText(host);
    if (!text.equals(ManagedBlock.replace(text, authorizedKeys))) {
      changes.add(keyFile() + ": our block -> " + authorizedKeys.size() + " keys");
    }
    changes.addAll(Ownership.drift(keyFile(), file.get(), access(0600)));
    return changes;
  }

  // Whoever looks into a home on a dead server does not come back.
  private void demandHome(Host host) {
    if (MountTable.at(host, account.home()).isPresent()) {
      MountLook.demandAnswer(host, account.home());
    }
  }

  @Override
  public void apply(Host host) {
    demandHome(host);
    host.users()
        .find(account.name())
        .filter(there -> !there.home().equals(account.home()))
        .ifPresent(
            there -> {
              throw new HostException(
                  Reason.ACCOUNT_CONFLICT,
                  "user %s: home %s (expected: %s)"
                      .formatted(account.name(), there.home(), account.home()));
            });
    host.users().create(account);
    if (keyDrift(host).isEmpty()) {
      return;
    }
    refuseLink(host, keyDirectory());
    if (host.files().stat(keyDirectory()).isEmpty()) {
      host.files().createDirectory(keyDirectory(), access(0700));
    }
    refuseLink(host, keyFile());
    byte[] content =
        ManagedBlock.replace(keyText(host), authorizedKeys).getBytes(StandardCharsets.UTF_8);
    host.files().write(keyFile(), content, access(0600));
  }

  // The home is the user's: a link there could lead root's pen anywhere.
  private static void refuseLink(Host host, String path) {
    if (host.files().stat(path).filter(stat -> stat.kind() == Kind.LINK).isPresent()) {
      throw new HostException(
          Reason.NOT_OURS, path + ": a link (expected: the user's own file or directory)");
    }
  }

  private String keyText(Host host) {
    return host.files().stat(keyFile()).filter(stat -> stat.kind() == Kind.FILE).isPresent()
        ? new String(host.files().read(keyFile()), StandardCharsets.UTF_8)
        : "";
  }

  private Access access(int mode) {
    return new Access(mode, account.name(), account.name());
  }

  private String keyDirectory() {
    return account.home() + "/.ssh";
  }

  private String keyFile() {
    return keyDirectory() + "/authorized_keys";
  }
}
