package io.coxswain.cli;

import io.coxswain.v1.VolumeType;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/** The types of volumes as people type them. */
final class VolumeTypes implements Iterable<String> {
  private static final List<String> WORDS = words();

  private static List<String> words() {
    List<String> words = new ArrayList<>();
    for (VolumeType type : VolumeType.values()) {
      if (type != VolumeType.VOLUME_TYPE_UNSPECIFIED && type != VolumeType.UNRECOGNIZED) {
        words.add(word(type));
      }
    }
    return List.copyOf(words);
  }

  static VolumeType parse(String word) {
    String known = word.toLowerCase(Locale.ROOT);
    if (!WORDS.contains(known)) {
      throw CoxException.usage(
          "--type: '" + word + "' (expected: " + String.join(", ", WORDS) + ")", "", "");
    }
    return VolumeType.valueOf(known.toUpperCase(Locale.ROOT));
  }

  static String word(VolumeType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Iterator<String> iterator() {
    return WORDS.iterator();
  }
}
