package io.coxswain.agent;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.FileInputStream;
import java.io.FileOutputStream;

/** The rules between the agent's rooms. */
@AnalyzeClasses(
    packages = "io.coxswain.agent",
    importOptions = ImportOption.DoNotIncludeTests.class)
class HouseRulesTest {
  private static final String ROOT = "io.coxswain.agent";

  @ArchTest
  static final ArchRule roomsKnowOnlyWhatTheyMayKnow =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("host")
          .definedBy(ROOT + ".host")
          .layer("report")
          .definedBy(ROOT + ".report")
          .layer("driver")
          .definedBy(ROOT + ".driver")
          .layer("bmc")
          .definedBy(ROOT + ".bmc")
          .layer("gpu")
          .definedBy(ROOT + ".gpu..")
          .layer("probe")
          .definedBy(ROOT + ".probe")
          .layer("health")
          .definedBy(ROOT + ".health")
          .layer("metrics")
          .definedBy(ROOT + ".metrics")
          .layer("step")
          .definedBy(ROOT + ".step")
          .layer("runner")
          .definedBy(ROOT + ".runner")
          .layer("link")
          .definedBy(ROOT + ".link")
          .whereLayer("host")
          .mayNotAccessAnyLayer()
          .whereLayer("report")
          .mayNotAccessAnyLayer()
          .whereLayer("driver")
          .mayOnlyAccessLayers("host")
          .whereLayer("bmc")
          .mayOnlyAccessLayers("host")
          .whereLayer("gpu")
          .mayOnlyAccessLayers("host", "report", "driver")
          .whereLayer("probe")
          .mayOnlyAccessLayers("host", "report", "driver", "gpu")
          .whereLayer("health")
          .mayOnlyAccessLayers("host", "report")
          .whereLayer("metrics")
          .mayOnlyAccessLayers("host", "report")
          .whereLayer("step")
          .mayOnlyAccessLayers("host", "driver", "bmc")
          .whereLayer("runner")
          .mayOnlyAccessLayers("host", "step", "report")
          .whereLayer("link")
          .mayOnlyAccessLayers("host", "step", "report", "driver", "bmc", "runner");

  @ArchTest
  static final ArchRule onlyTheBmcRoomDialsMachines =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".bmc")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.net.http..");

  @ArchTest
  static final ArchRule roomsHaveNoCycles =
      slices().matching(ROOT + ".(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule nobodyKnowsTheMain =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT);

  @ArchTest
  static final ArchRule onlyTheHostStartsProcesses =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".host")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.lang.ProcessBuilder")
          .orShould()
          .callMethod(Runtime.class, "exec", String.class)
          .orShould()
          .callMethod(Runtime.class, "exec", String[].class);

  @ArchTest
  static final ArchRule onlyTheHostTouchesFiles =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".host")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.nio.file.Files")
          .orShould()
          .dependOnClassesThat()
          .haveNameMatching("java\\.io\\.(FileReader|FileWriter|RandomAccessFile)")
          // By descriptor they are the streams that a process was born with.
          .orShould()
          .callConstructor(FileInputStream.class, String.class)
          .orShould()
          .callConstructor(FileOutputStream.class, String.class);

  @ArchTest
  static final ArchRule onlyTheLinkSpeaksOnTheWire =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".link")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.grpc..", "com.google.protobuf..", "io.coxswain.v1..", "org.bouncycastle..");

  @ArchTest
  static final ArchRule onlyNvmlIsNative =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".gpu.nvml")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.sun.jna..");

  @ArchTest
  static final ArchRule onlyTheProbeUsesOshi =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".probe")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("oshi..");

  @ArchTest
  static final ArchRule theCoreTakesTimeFromTheHostAndHasNoThreads =
      noClasses()
          .that()
          .resideInAnyPackage(ROOT + ".driver", ROOT + ".step", ROOT + ".runner", ROOT + ".report")
          .should()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Thread.class)
          .orShould()
          .dependOnClassesThat()
          .resideInAPackage("java.util.concurrent..");

  @ArchTest
  static final ArchRule judgingIsApartFromReading =
      noClasses()
          .that()
          .resideInAPackage(ROOT + ".health")
          .and()
          .haveNameNotMatching(
              ".*\\.(Epilog|GpuHolder|HealthFile|HealthWatch|Holder|JobsHere|KernelLogReader"
                  + "|PolicyFile|SitePolicy|SurroundingsProbe)(\\$.*)?")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT + ".host", "java.io", "java.nio.file..", "java.nio.channels..")
          .orShould()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime");

  @ArchTest
  static final ArchRule healthHasNoThreads =
      noClasses()
          .that()
          .resideInAPackage(ROOT + ".health")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(Thread.class)
          .orShould()
          .dependOnClassesThat()
          .resideInAPackage("java.util.concurrent..");

  @ArchTest
  static final ArchRule aScrapeReadsNothingButWhatIsAtHand =
      noClasses()
          .that()
          .resideInAPackage(ROOT + ".metrics")
          .and()
          .haveNameMatching(".*\\.(\\w+Series|Exposition|Labels|Snapshot)(\\$.*)?")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT + ".host", "java.io", "java.nio.file..", "java.net..")
          .orShould()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime");

  @ArchTest
  static final ArchRule theAgentDoesNotKnowTheController =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.coxswain.controller..", "io.coxswain.cli..");

  @ArchTest
  static final ArchRule namesSayWhatAThingIs =
      noClasses()
          .should()
          .haveNameMatching(
              ".*(Manager|Helper|Utils?|Impl|Common|Base|Processor|Data|Info)(\\$.*)?$")
          .orShould()
          .haveNameMatching(".*\\.Abstract[A-Z].*");

  @ArchTest
  static final ArchRule staticFieldsDoNotChange = fields().that().areStatic().should().beFinal();

  @ArchTest
  static final ArchRule nothingSleepsButTheHost =
      noClasses()
          .that(
              resideInAPackage(ROOT + "..")
                  .and(simpleName("Pause").negate())
                  .as("all but the host's Pause"))
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(Thread.class, "sleep", java.time.Duration.class);
}
