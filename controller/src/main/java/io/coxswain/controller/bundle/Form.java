package io.coxswain.controller.bundle;

import io.coxswain.controller.document.TextForm;
import java.util.regex.Pattern;

/**
 * What a text of a catalogue must look like. All of them go into files that root's programs read,
 * so none has room for a second line.
 */
enum Form implements TextForm {
  FLAG("true|false", "true or false"),
  TEXT("[^\\p{Cntrl}]{1,400}", "a text of one line"),
  NAME("[a-z0-9][a-z0-9.-]{0,62}", "lower case letters, digits, dots and dashes"),
  NUMBER("[1-9][0-9]{0,5}", "a number from 1"),
  BRANCH("[3-9][0-9]{2}", "a driver branch such as 580"),
  PREFIX("[3-9][0-9]{2}\\.[0-9.]*", "the beginning of a driver's version with its dot, as in 580."),
  KERNEL("[0-9]{1,3}\\.[0-9]{1,3}(\\.[0-9]{1,3})?", "a kernel's version such as 6.14"),
  SUFFIX("-[a-z0-9.-]{1,40}", "the end of a kernel's release, such as -generic"),
  FLAVOUR("open|proprietary|none", "open, proprietary or none"),
  MANAGER("apt|dnf|zypper", "apt, dnf or zypper"),
  DISTRIBUTION(
      "[a-z][a-z0-9-]{0,30} [0-9]{1,3}(\\.[0-9]{1,2})?",
      "a distribution as os-release has it: ubuntu 24.04, rhel 9"),
  PACKAGE(
      "[a-z0-9]([a-zA-Z0-9+._-]|\\{architecture\\}|\\{kernel\\})*"
          + "(=(\\{prefix\\}|[0-9])[0-9A-Za-z.+:~-]*\\*?)?",
      "a package, or package=version, where the version may end in *"),
  // The agent hands them to apt-get, where a dash at the end means removal.
  APT_PACKAGE(
      "[a-z0-9]([a-z0-9+.-]|\\{architecture\\}|\\{kernel\\})*"
          + "([a-z0-9+.]|\\{architecture\\}|\\{kernel\\})(=.*)?",
      "a Debian package's name, and perhaps =version"),
  HEADERS("[a-z0-9][a-z0-9+.-]*\\{kernel\\}", "a package with {kernel} in it"),
  REPOSITORY(
      "([a-z0-9]|\\{distribution\\})([a-z0-9.-]|\\{distribution\\})*", "the name of a repository"),
  MODULE("[a-z0-9-]{1,40}:[a-z0-9.-]{1,40}", "a module and stream such as nvidia-driver:580-open"),
  UNIT("[A-Za-z0-9][A-Za-z0-9@._-]*\\.(service|path|socket|timer)", "a unit of systemd"),
  URI("https?://[A-Za-z0-9._~/:%+-]{3,200}", "an address with http or https"),
  SUITE("/|[A-Za-z0-9][A-Za-z0-9._/-]{0,60}", "a suite such as bookworm, or /"),
  WORD("[a-z0-9][a-z0-9+.-]{0,60}", "one word in lower case"),
  KEY_FILE("[A-Za-z0-9][A-Za-z0-9._-]{0,60}\\.asc", "the name of a file that ends in .asc"),
  KEY(
      "-----BEGIN PGP PUBLIC KEY BLOCK-----\\n[A-Za-z0-9+/=:,.@() \\n-]+"
          + "-----END PGP PUBLIC KEY BLOCK-----\\n?",
      "a public key in ASCII armour");

  private final Pattern pattern;
  private final String expected;

  Form(String pattern, String expected) {
    this.pattern = Pattern.compile(pattern);
    this.expected = expected;
  }

  @Override
  public Pattern pattern() {
    return pattern;
  }

  @Override
  public String expected() {
    return expected;
  }
}
