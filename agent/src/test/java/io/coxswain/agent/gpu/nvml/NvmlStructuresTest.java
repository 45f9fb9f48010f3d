package io.coxswain.agent.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our structures, and those of the C fake, against what was measured on NVIDIA's own header. */
final class NvmlStructuresTest {
  @TempDir Path directory;

  private static final List<String> MEASURED = measured();

  @Test
  void everyStructureIsLaidOutAsOnNvidiasHeader() {
    Map<String, Map<String, Integer>> theirs = new TreeMap<>();
    MEASURED.stream()
        .filter(line -> line.matches("\\w+ \\d+: .*"))
        .forEach(line -> parse(line, theirs));

    for (Layout ours : Layouts.ALL) {
      Map<String, Integer> offsets = new TreeMap<>(ours.offsets());
      offsets.put("", ours.size());
      assertThat(offsets).as(ours.name()).isEqualTo(theirs.get(ours.name()));
    }
    assertThat(Layouts.ALL).extracting(Layout::name).doesNotHaveDuplicates().hasSize(25);
  }

  @Test
  void theFakeIsBuiltToTheSameMeasure() {
    List<String> built = FakeNvml.layouts(directory).lines().toList();

    assertThat(MEASURED).containsAll(built);
    assertThat(built.stream().map(line -> line.split(" ", 2)[0]).toList())
        .containsExactlyInAnyOrderElementsOf(Layouts.ALL.stream().map(Layout::name).toList());
  }

  @Test
  void versionWordsAreThoseOfTheHeader() {
    Map<String, Integer> words =
        MEASURED.stream()
            .filter(line -> line.startsWith("version "))
            .map(line -> line.split(" ", -1))
            .collect(Collectors.toMap(w -> w[1], w -> Integer.decode(w[2])));

    assertThat(
            Map.of(
                "Memory_v2", Layouts.MEMORY_V2.versioned(2),
                "Temperature_v1", Layouts.TEMPERATURE.versioned(1),
                "MarginTemperature_v1", Layouts.MARGIN.versioned(1),
                "EccSramErrorStatus_v1", Layouts.SRAM.versioned(1),
                "RepairStatus_v1", Layouts.REPAIR.versioned(1),
                "GpuFabricInfo_v2", Layouts.FABRIC_V2.versioned(2),
                "GpuFabricInfo_v3", Layouts.FABRIC_V3.versioned(3),
                "PlatformInfo_v2", Layouts.PLATFORM_V2.versioned(2),
                "GpuInstanceProfileInfo_v3", Layouts.PROFILE_V3.versioned(3),
                "ProcessDetailList_v1", Layouts.PROCESS_LIST.versioned(1)))
        .allSatisfy((name, word) -> assertThat(words).containsEntry(name, word));
  }

  @Test
  void noFieldIsAskedForWhoseNumberEverMeantSomethingElse() {
    // Swapped in 555 and 560: 199, 200. Only in 560: 226, 227. Renumbered in 575 and 580: 251 on.
    assertThat(
            Stream.of(Field.OF_GPU, Field.OF_LINK, List.of(Field.LINK_COUNT))
                .flatMap(List::stream)
                .map(Field::id))
        .doesNotHaveDuplicates()
        .allMatch(id -> id <= 198 || (id >= 201 && id <= 222) || (id >= 230 && id <= 233));
  }

  /** The size goes by the empty name. */
  private static void parse(String line, Map<String, Map<String, Integer>> into) {
    String[] parts = line.split("[ :]+", 3);
    Map<String, Integer> offsets = new TreeMap<>();
    offsets.put("", Integer.valueOf(parts[1]));
    Arrays.stream(parts[2].split(" ", -1))
        .map(member -> member.split("[@:]", -1))
        .forEach(member -> offsets.put(member[0], Integer.valueOf(member[1])));
    into.put(parts[0], offsets);
  }

  private static List<String> measured() {
    try (InputStream in = NvmlStructuresTest.class.getResourceAsStream("/nvml-13.3/layouts.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
