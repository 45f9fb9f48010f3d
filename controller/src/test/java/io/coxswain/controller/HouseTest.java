package io.coxswain.controller;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * The rules between the rooms of this module. What a room may know is the column of the same name
 * in the README's table.
 */
@AnalyzeClasses(
    packages = {"io.coxswain.controller", "io.coxswain.cli"},
    importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {
  private static final String CONTROLLER = "io.coxswain.controller..";
  private static final String CLI = "io.coxswain.cli..";
  private static final String CONTRACT = "io.coxswain.v1..";
  private static final String AGENT = "io.coxswain.agent..";

  /** Same input, same output: nothing of them needs a fake. */
  private static final String[] PURE = {
    room("spec"),
    room("observed"),
    room("document"),
    room("bundle"),
    room("lifecycle"),
    room("slurm"),
    room("plan")
  };

  /** Where the present, the surroundings or chance would come in by themselves. */
  private static final Map<String, Set<String>> SURPRISES =
      Map.of(
          Instant.class.getName(), Set.of("now"),
          Clock.class.getName(), Set.of("systemUTC", "systemDefaultZone", "system"),
          System.class.getName(), Set.of("currentTimeMillis", "nanoTime", "getenv", "getProperty"),
          java.util.UUID.class.getName(), Set.of("randomUUID"),
          Math.class.getName(), Set.of("random"),
          Thread.class.getName(),
              Set.of("sleep", "startVirtualThread", "ofVirtual", "ofPlatform", "start"));

  /** A1.1 Data flows one way. */
  @ArchTest
  static final ArchRule EACH_ROOM_KNOWS_ONLY_WHAT_IT_MAY =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          // Until the last room has its first class.
          .withOptionalLayers(true)
          .layer("spec")
          .definedBy(room("spec"))
          .layer("observed")
          .definedBy(room("observed"))
          .layer("document")
          .definedBy(room("document"))
          .layer("bundle")
          .definedBy(room("bundle"))
          .layer("lifecycle")
          .definedBy(room("lifecycle"))
          .layer("slurm")
          .definedBy(room("slurm"))
          .layer("plan")
          .definedBy(room("plan"))
          .layer("store")
          .definedBy(room("store"))
          .layer("access")
          .definedBy(room("access"))
          .layer("reconcile")
          .definedBy(room("reconcile"))
          .layer("api")
          .definedBy(room("api"))
          .layer("web")
          .definedBy(room("web"))
          .layer("cli")
          .definedBy(CLI)
          .whereLayer("spec")
          .mayNotAccessAnyLayer()
          .whereLayer("observed")
          // A machine's record says what is being done to it.
          .mayOnlyAccessLayers("spec")
          .whereLayer("document")
          .mayOnlyAccessLayers("spec")
          .whereLayer("bundle")
          .mayOnlyAccessLayers("spec", "observed", "document")
          .whereLayer("lifecycle")
          .mayOnlyAccessLayers("spec", "observed")
          .whereLayer("slurm")
          .mayOnlyAccessLayers("spec", "observed")
          .whereLayer("plan")
          .mayOnlyAccessLayers("spec", "observed", "lifecycle", "slurm")
          .whereLayer("store")
          .mayOnlyAccessLayers("spec", "observed", "lifecycle")
          // The store's records are of these; a join token names the role of a machine.
          .whereLayer("access")
          .mayOnlyAccessLayers("spec", "observed", "store")
          .whereLayer("reconcile")
          .mayOnlyAccessLayers(
              "spec",
              "observed",
              "document",
              "bundle",
              "lifecycle",
              "slurm",
              "plan",
              "store",
              "access")
          .whereLayer("api")
          .mayOnlyAccessLayers(
              "spec",
              "observed",
              "document",
              "bundle",
              "lifecycle",
              "slurm",
              "plan",
              "store",
              "access",
              "reconcile")
          .whereLayer("web")
          .mayOnlyAccessLayers("api")
          .whereLayer("cli")
          .mayNotAccessAnyLayer();

  /** A1.2 Names of character sets and a message digest touch nothing and may stay. */
  @ArchTest
  static final ArchRule PURE_ROOMS_TOUCH_NOTHING =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.io..",
              "java.net..",
              "java.nio",
              "java.nio.file..",
              "java.nio.channels..",
              "java.util.concurrent..",
              "java.lang.foreign..",
              "java.sql..",
              "io.grpc..",
              "com.google.protobuf..",
              "org.slf4j..",
              "java.util.logging..",
              "com.fasterxml..",
              CONTRACT)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(java.util.Random.class);

  /** A1.2 */
  @ArchTest
  static final ArchRule PURE_ROOMS_ARE_TOLD_THE_TIME =
      noClasses().that().resideInAnyPackage(PURE).should().callMethodWhere(isSurprise());

  /** A1.4 Whatever is done to a host is done by its agent. The command line may start ssh. */
  @ArchTest
  static final ArchRule THE_CONTROLLER_STARTS_NO_PROCESS =
      noClasses()
          .that()
          .resideInAPackage(CONTROLLER)
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ProcessBuilder.class)
          .orShould()
          .callMethodWhere(calls(Runtime.class, "exec"));

  /**
   * A1.4 The store has its database, access its keys, {@code ControllerMain} its configuration, and
   * the local door its socket.
   */
  @ArchTest
  static final ArchRule FILES_BELONG_TO_STORE_AND_ACCESS =
      noClasses()
          .that(
              resideInAPackage(CONTROLLER)
                  .and(
                      not(
                          resideInAnyPackage(
                              "io.coxswain.controller", room("store"), room("access"))))
                  .and(not(simpleName("SocketFile").and(resideInAPackage(room("api"))))))
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.nio.file.Files")
          .orShould()
          .dependOnClassesThat()
          .haveNameMatching(
              "java\\.io\\.(File|FileReader|FileWriter|FileInputStream|FileOutputStream|RandomAccessFile)");

  /** A1.5 The inside does not speak the wire's language. */
  @ArchTest
  static final ArchRule THE_WIRE_STAYS_AT_THE_DOORS =
      noClasses()
          .that(
              resideInAPackage(CONTROLLER)
                  .and(not(resideInAnyPackage("io.coxswain.controller", room("api"), room("web")))))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.grpc..",
              "com.linecorp.armeria..",
              "com.google.protobuf..",
              "com.google.rpc..",
              "com.google.api..",
              CONTRACT);

  /** A1.5 One database language, in one room. */
  @ArchTest
  static final ArchRule SQL_STAYS_IN_THE_STORE =
      noClasses()
          .that(resideInAPackage(CONTROLLER).and(not(resideInAPackage(room("store")))))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.sql..", "javax.sql..", "org.jdbi..", "org.flywaydb..", "org.sqlite..");

  /** A1.6 */
  @ArchTest
  static final ArchRule THE_CONTROLLER_DOES_NOT_KNOW_THE_AGENT =
      noClasses()
          .that()
          .resideInAPackage(CONTROLLER)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(AGENT, CLI);

  /** A1.6 */
  @ArchTest
  static final ArchRule THE_COMMAND_LINE_KNOWS_NEITHER =
      noClasses()
          .that()
          .resideInAPackage(CLI)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(AGENT, CONTROLLER)
          .allowEmptyShould(true);

  /** A1.7 */
  @ArchTest
  static final ArchRule NO_ROOMS_KNOW_EACH_OTHER =
      slices().matching("io.coxswain.(*).(*)..").should().beFreeOfCycles();

  /**
   * A1.8 But for exceptions and {@code Secret}, whose bytes a record would show and compare by
   * identity.
   */
  @ArchTest
  static final ArchRule WANTS_AND_OBSERVATIONS_ARE_VALUES =
      classes()
          .that(resideInAnyPackage(room("spec"), room("observed")).and(isTopLevelValue()))
          .should(beValues());

  /** A1.9 */
  @ArchTest
  static final ArchRule NAMES_SAY_WHAT_A_CLASS_IS =
      noClasses()
          .should()
          .haveNameMatching(
              ".*[.$](Abstract\\w*|\\w*(Manager|Helper|Utils?|Impl|Common|Base|Processor|Data|Info))");

  /**
   * Design, section 5: a new room is a decision, and it needs its line in {@link
   * #EACH_ROOM_KNOWS_ONLY_WHAT_IT_MAY}.
   */
  @ArchTest
  static final ArchRule EVERY_CLASS_IS_IN_A_ROOM =
      classes()
          .should()
          .resideInAnyPackage(
              "io.coxswain.controller",
              room("spec"),
              room("observed"),
              room("document"),
              room("bundle"),
              room("lifecycle"),
              room("slurm"),
              room("plan"),
              room("store"),
              room("access"),
              room("reconcile"),
              room("api"),
              room("web"),
              CLI);

  /** A3 */
  @ArchTest
  static final ArchRule PACKAGES_ARE_NAMED_AFTER_THINGS =
      noClasses()
          .should()
          .resideInAnyPackage(
              "..util..",
              "..common..",
              "..shared..",
              "..core..",
              "..impl..",
              "..model..",
              "..service..",
              "..manager..");

  /** A1.10 */
  @ArchTest
  static final ArchRule NOTHING_STATIC_CHANGES = fields().that().areStatic().should().beFinal();

  private static String room(String name) {
    return "io.coxswain.controller." + name + "..";
  }

  private static DescribedPredicate<JavaCall<?>> isSurprise() {
    return DescribedPredicate.describe(
        "asks for the present, the surroundings or chance",
        call ->
            SURPRISES
                .getOrDefault(call.getTargetOwner().getName(), Set.of())
                .contains(call.getName()));
  }

  private static DescribedPredicate<JavaCall<?>> calls(Class<?> owner, String method) {
    return DescribedPredicate.describe(
        "calls " + owner.getSimpleName() + "." + method,
        call -> call.getTargetOwner().isEquivalentTo(owner) && call.getName().equals(method));
  }

  private static DescribedPredicate<JavaClass> isTopLevelValue() {
    return DescribedPredicate.describe(
        "are top-level and not exceptions",
        type ->
            type.isTopLevelClass()
                && !type.isAssignableTo(Throwable.class)
                && !type.getSimpleName().equals("Secret")
                && !type.getSimpleName().equals("package-info"));
  }

  private static ArchCondition<JavaClass> beValues() {
    return ArchCondition.from(
        DescribedPredicate.<JavaClass>describe(
            "be records, enums or interfaces",
            type -> type.isRecord() || type.isEnum() || type.isInterface()));
  }
}
