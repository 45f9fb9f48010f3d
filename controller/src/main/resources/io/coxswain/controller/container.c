/*
 * Puts the tasks of a cluster's jobs into the cluster's image: a SPANK plugin, compiled on each machine for the Slurm that is
 * there. Its one argument is the directory of the container, which root alone writes:
 *
 *   rootfs        leads to the unpacked image; it is never written to
 *   binds         lines of "rw|ro SOURCE TARGET": what is seen of the machine, in order
 *   environment   lines of "NAME=VALUE", from the image
 *
 * A task gets a mount namespace and nothing else. All tasks of a node stay in one user, process and network namespace, so that
 * MPI's shared memory and GPUs reach each other as they do outside; and no user namespace has to be allowed to users.
 * Set-user-id programs of the image do not work: whoever made the image shall not be root here.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <slurm/spank.h>

SPANK_PLUGIN(coxswain_container, 1)

/* Says "none" in a job's environment: the job is on the machine itself. Jobs of Coxswain's own carry it. */
#define SWITCH "COX_CONTAINER"
#define LINE 8192

static int is_unwanted;
static char start[PATH_MAX];

static int unwanted(int value, const char *argument, int is_remote)
{
	(void) value;
	(void) argument;
	(void) is_remote;
	is_unwanted = 1;
	return ESPANK_SUCCESS;
}

static struct spank_option no_container = {
	"no-container", NULL, "Run on the machine itself, not in the cluster's image.", 0, 1, (spank_opt_cb_f) unwanted,
};

/* Registered, not exported as a table: sbatch and salloc read no table. */
int slurm_spank_init(spank_t job, int argc, char **argv)
{
	(void) argc;
	(void) argv;
	return spank_option_register(job, &no_container);
}

static int failed(const char *what, const char *subject)
{
	slurm_error("container: %s %s: %s", what, subject, strerror(errno));
	return ESPANK_ERROR;
}

static int is_wanted(spank_t job)
{
	char word[16] = "";

	return !is_unwanted && !(spank_getenv(job, SWITCH, word, sizeof(word)) == ESPANK_SUCCESS && !strcmp(word, "none"));
}

/* The lines of a file that root alone writes; each is given to the function until one fails. */
static int each_line(const char *directory, const char *name, int (*take)(void *, char *), void *with)
{
	char path[PATH_MAX], line[LINE];
	int status = ESPANK_SUCCESS;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	if (!(file = fopen(path, "re")))
		return failed("the cluster's image is not ready on this node;", path);
	while (status == ESPANK_SUCCESS && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (*line)
			status = take(with, line);
	}
	fclose(file);
	return status;
}

/* Where a path of the image is on the machine; what an image's links lead out of the image is refused. */
static int inside(const char *root, const char *path, char *real)
{
	char asked[PATH_MAX];
	size_t length = strlen(root);

	if ((size_t) snprintf(asked, sizeof(asked), "%s%s", root, path) >= sizeof(asked) || !realpath(asked, real))
		return failed("the image has no place for", path);
	if (strncmp(real, root, length) || (real[length] != '/' && real[length])) {
		errno = ELOOP;
		return failed("the image leads out of itself at", path);
	}
	return ESPANK_SUCCESS;
}

static int bind_one(void *with, char *line)
{
	const char *root = with;
	char *rest = line, *mode = strsep(&rest, " "), *source = strsep(&rest, " ");
	char target[PATH_MAX];

	if (!source || !rest || (strcmp(mode, "ro") && strcmp(mode, "rw"))) {
		errno = EINVAL;
		return failed("not a line of binds:", line);
	}
	/* A machine without it, as /dev/infiniband's: the image has none either. */
	if (access(source, F_OK) && errno == ENOENT)
		return ESPANK_SUCCESS;
	if (inside(root, rest, target) != ESPANK_SUCCESS)
		return ESPANK_ERROR;
	if (mount(source, target, NULL, MS_BIND | MS_REC, NULL))
		return failed("cannot bind", source);
	if (!strcmp(mode, "ro") && mount(NULL, target, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID, NULL))
		return failed("cannot make read-only", rest);
	return ESPANK_SUCCESS;
}

static int enter(const char *directory)
{
	char link[PATH_MAX], root[PATH_MAX];

	snprintf(link, sizeof(link), "%s/rootfs", directory);
	if (!realpath(link, root))
		return failed("the cluster's image is not ready on this node;", link);
	/* Slave: what is unmounted on the machine goes here, too, and nothing that is done here is seen there. */
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL))
		return failed("no mount namespace for", root);
	if (mount(root, root, NULL, MS_BIND, NULL) ||
	    mount(NULL, root, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL))
		return failed("cannot mount", root);
	if (each_line(directory, "binds", bind_one, root) != ESPANK_SUCCESS)
		return ESPANK_ERROR;
	/* pivot_root(2): both in one place, then the old one, which lies on top, is taken away. */
	if (chdir(root) || syscall(SYS_pivot_root, ".", ".") || umount2(".", MNT_DETACH) || chdir("/"))
		return failed("cannot enter", root);
	return ESPANK_SUCCESS;
}

static int set_one(void *with, char *line)
{
	char *value = strchr(line, '=');

	if (!value)
		return ESPANK_SUCCESS;
	*value++ = '\0';
	return spank_setenv((spank_t) with, line, value, 1);
}

/* As root, in the task's own process. */
int slurm_spank_task_init_privileged(spank_t job, int argc, char **argv)
{
	if (argc != 1) {
		slurm_error("container: %d arguments in plugstack.conf (expected: the container's directory)", argc);
		return ESPANK_BAD_ARG;
	}
	if (!is_wanted(job))
		/* For the steps that a job on the machine itself begins. */
		return spank_setenv(job, SWITCH, "none", 1);
	if (!getcwd(start, sizeof(start)))
		strcpy(start, "/tmp");
	if (each_line(argv[0], "environment", set_one, job) != ESPANK_SUCCESS)
		return ESPANK_ERROR;
	return enter(argv[0]);
}

/* As the user: a home that squashes root is entered only so. */
int slurm_spank_task_init(spank_t job, int argc, char **argv)
{
	(void) argc;
	(void) argv;
	if (is_wanted(job) && chdir(start)) {
		slurm_error("container: %s: %s in the image; going to /tmp", start, strerror(errno));
		return chdir("/tmp") ? failed("cannot enter", "/tmp") : ESPANK_SUCCESS;
	}
	return ESPANK_SUCCESS;
}
