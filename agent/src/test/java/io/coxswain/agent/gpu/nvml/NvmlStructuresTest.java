package io.coxswain.agent.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Structure;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our structures against the C compiler's, which in turn asserts the numbers measured on NVIDIA's
 * own header.
 */
final class NvmlStructuresTest {
  // Structure prints its members as "byte busIdLegacy[16]@0x0=..." and "int domain@0x10=...".
  private static final Pattern MEMBER = Pattern.compile("(\\w+)(?:\\[\\d+\\])?@0x([0-9a-fA-F]+)=");

  @TempDir Path directory;

  @Test
  void everyStructureIsLaidOutAsInC() {
    Map<String, Integer> ours = new TreeMap<>();
    describe("nvmlPciInfo_t", new NvmlLibrary.PciAddress(), ours);
    describe("nvmlMemory_t", new NvmlLibrary.MemorySize(), ours);

    Map<String, Integer> theirs = new TreeMap<>();
    FakeNvml.layouts(directory)
        .lines()
        .map(line -> line.split(" ", -1))
        .forEach(words -> theirs.put(words[0], Integer.valueOf(words[1])));

    assertThat(theirs).hasSize(12);
    assertThat(ours).isEqualTo(theirs);
  }

  private static void describe(String name, Structure structure, Map<String, Integer> into) {
    into.put(name, structure.size());
    Matcher member = MEMBER.matcher(structure.toString());
    while (member.find()) {
      into.put(name + "." + member.group(1), Integer.valueOf(member.group(2), 16));
    }
  }
}
