package io.coxswain.agent.machine;

/** Packages whose behaviour tests decide, in an apt source on the machine itself. */
final class SamplePackages {
  /** Installs at once. */
  static final String PLAIN = "sample-plain";

  /** Takes as long in its configuration as {@link #GATE} is closed. */
  static final String SLOW = "sample-slow";

  /** As {@link #SLOW}: what is installed once is not installed again. */
  static final String SLOW_TOO = "sample-slow-too";

  /** As {@link #SLOW}. */
  static final String SLOW_AGAIN = "sample-slow-again";

  /** Installs at once, unless somebody else holds the lock. */
  static final String LATE = "sample-late";

  /** One line here for each time that one of the slow ones began its configuration. */
  static final String BEGUN = "/var/log/sample.begun";

  /** There while it is closed. */
  static final String GATE = "/run/sample.gate";

  static final String CLOSE_GATE = "rm -f %s; mkfifo %s".formatted(BEGUN, GATE);

  /** Whoever waits goes on, and nobody waits from then on. */
  static final String OPEN_GATE =
      "mv %1$s %1$s.open && timeout 20 sh -c 'echo > %1$s.open' && rm %1$s.open".formatted(GATE);

  /** Makes them; leaves the distribution's own package lists as they are. */
  static final String SCRIPT =
      """
      cd /root
      mkdir -p /srv/packages
      for name in sample-plain sample-late sample-slow sample-slow-too sample-slow-again; do
        mkdir -p "$name/DEBIAN"
        printf 'Package: %s\\nVersion: 1\\nArchitecture: all\\nMaintainer: a test <t@example.org>\\nDescription: a test\\n' \\
          "$name" > "$name/DEBIAN/control"
        case "$name" in sample-slow*)
          printf '#!/bin/sh\\necho >> /var/log/sample.begun\\n[ ! -p /run/sample.gate ] || read line < /run/sample.gate\\n' \\
            > "$name/DEBIAN/postinst"
          chmod 0755 "$name/DEBIAN/postinst"
        esac
        dpkg-deb --build --root-owner-group -Znone "$name" "/srv/packages/$name.deb" > /dev/null
        rm -r "$name"
      done
      cd /srv/packages
      for file in *.deb; do
        dpkg-deb --field "$file"
        printf 'Filename: ./%s\\nSize: %s\\nSHA256: %s\\n\\n' \\
          "$file" "$(stat -c %s "$file")" "$(sha256sum "$file" | cut -d ' ' -f 1)"
      done > Packages
      echo 'deb [trusted=yes] file:/srv/packages ./' > /etc/apt/sources.list.d/sample.list
      apt-get -q update -o Dir::Etc::SourceList=/etc/apt/sources.list.d/sample.list \\
        -o Dir::Etc::SourceParts=- -o APT::Get::List-Cleanup=0 > /dev/null
      """;

  private SamplePackages() {}
}
