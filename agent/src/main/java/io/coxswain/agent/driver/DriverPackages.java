package io.coxswain.agent.driver;

import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.Packages.Installed;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Packages of NVIDIA's driver, fabric and container parts. Names are those of Debian, of Ubuntu and
 * of NVIDIA's own repository; the CUDA toolkit is none of them.
 */
public final class DriverPackages {
  private static final Pattern NAMES =
      Pattern.compile(
          "(?!nvidia-(cuda-(toolkit|dev|gdb|doc|samples)|cudnn|profiler|visual-profiler|nsight))"
              + "((lib)?nvidia.*|lib(gl|gles|glx|egl)[0-9a-z-]*nvidia.*|libcuda1.*"
              + "|libcudadebugger1|libnvcuvid1|libnvoptix1|libnvsdm.*|nvlsm|libxnvctrl\\d"
              + "|xserver-xorg-video-nvidia.*|firmware-nvidia-.*|glx-alternative-nvidia"
              + "|linux-(modules|objects|signatures)-nvidia-.*|cuda-(drivers|keyring).*)");

  // "1:580.82.07-0ubuntu1", "535.261.03-1~deb12u1"; not "1.19.1-1" of the container toolkit.
  private static final Pattern DRIVER_VERSION =
      Pattern.compile("^(?:\\d+:)?(\\d{3,}\\.\\d+(?:\\.\\d+)*)(?:[-~+].*)?$");

  // Tools that speak to any driver, and that Debian builds apart, at another pace.
  private static final Pattern TOOLS =
      Pattern.compile("nvidia-(persistenced|settings|modprobe|xconfig).*|libxnvctrl.*");

  private DriverPackages() {}

  /** Installed ones, by name. */
  public static List<Installed> installed(Host host) {
    return host.packages().matching(NAMES);
  }

  /** Whether a package is NVIDIA's, so that a bundle may remove it. */
  public static boolean isOne(String name) {
    return NAMES.matcher(name.replaceFirst(":.*", "")).matches();
  }

  /**
   * The version of the driver that a package is a part of: "580.82.07"; empty for a tool and for a
   * package with its own numbers.
   */
  public static Optional<String> driverVersion(String name, String version) {
    if (TOOLS.matcher(name).matches()) {
      return Optional.empty();
    }
    Matcher matcher = DRIVER_VERSION.matcher(version);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /**
   * Whether an installed version is the one that is wanted.
   *
   * @param wanted a Debian version, or its beginning followed by "*"; empty: any
   */
  public static boolean isWanted(String installed, String wanted) {
    return wanted.isEmpty()
        || (wanted.endsWith("*")
            ? installed.startsWith(wanted.substring(0, wanted.length() - 1))
            : installed.equals(wanted));
  }
}
