package io.coxswain.agent.step;

import io.coxswain.agent.host.Files.Kind;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A file or tree of ours is gone. Everything outside the places that are ours is refused, whoever
 * asks.
 */
public record RemovePath(String path, boolean recursive) implements Step {
  private static final List<Pattern> OURS =
      List.of(
          Pattern.compile("/etc/coxswain/(?!agent\\.yaml$|controller\\.yaml$).+"),
          Pattern.compile("/run/coxswain-[^/]+(/.+)?"),
          Pattern.compile("/var/(lib|log|spool|cache)/coxswain-(?!agent(/|$))[^/]+(/.+)?"),
          Pattern.compile("/var/lib/slurm/.+"),
          Pattern.compile("/var/log/slurm/.+"),
          Pattern.compile("/var/spool/slurmd(/.+)?"),
          Pattern.compile("/etc/systemd/system/coxswain-(?!agent\\.|controller\\.)[^/]+"),
          Pattern.compile(
              "/etc/systemd/system/(slurmd|slurmctld|munge)\\.service\\.d(/coxswain[^/]*)?"),
          Pattern.compile("/etc/(profile|tmpfiles|sysctl|security/limits)\\.d/coxswain[^/]*"),
          Pattern.compile("/usr/local/(lib|libexec|share)/coxswain(/.+)?"));
  // Ours only while it is a link to one of our files: a site may have a Slurm of its own.
  private static final String SLURM_CONF = "/etc/slurm/slurm.conf";
  private static final String OUR_CONFIGURATION = "/etc/coxswain/";

  @Override
  public Check check(Host host) {
    // A site's own configuration at that place is not what we want gone.
    boolean isSites = path.equals(SLURM_CONF) && !isOurs(host);
    return host.files().stat(path).isPresent() && !isSites
        ? Check.Drift.of(path + ": remove")
        : new Check.InSync();
  }

  @Override
  public void apply(Host host) {
    if (!isOurs(host)) {
      throw new HostException(
          Reason.NOT_OURS, "path: " + path + " (expected: below a place that is Coxswain's)");
    }
    if (recursive) {
      host.files().deleteTree(path);
    } else {
      host.files().delete(path);
    }
  }

  private boolean isOurs(Host host) {
    // Slashes and dots that lead elsewhere.
    if (path.contains("//") || (path + "/").contains("/../") || (path + "/").contains("/./")) {
      return false;
    }
    if (path.equals(SLURM_CONF)) {
      return host.files().stat(path).filter(stat -> stat.kind() == Kind.LINK).isPresent()
          && host.files().readLink(path).startsWith(OUR_CONFIGURATION);
    }
    return OURS.stream().anyMatch(place -> place.matcher(path).matches());
  }
}
