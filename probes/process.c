#include "probes/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#define PIECE ((size_t)16 * 1024)
#define SLICE_US 20000
#define EXIT_LOOK_US 1000

struct running {
	const struct process *p;
	pid_t pid;
	int out[2], complaint[2];	/* pipes; -1 where closed */
};

static void close_end(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd); /* a pipe */
	*fd = -1;
}

static int system_error(const struct process *p, int errnum, struct error *err)
{
	return error_set(err, ERR_FILE, "cannot start '%s': %s", p->argv[0], error_of_system(errnum));
}

static int open_pipes(struct running *r, struct error *err)
{
	if (pipe2(r->out, O_CLOEXEC))
		return system_error(r->p, errno, err);
	if (pipe2(r->complaint, O_CLOEXEC)) {
		int errnum = errno;

		close_end(&r->out[0]);
		close_end(&r->out[1]);
		return system_error(r->p, errnum, err);
	}
	(void)fcntl(r->out[0], F_SETFL, O_NONBLOCK);
	(void)fcntl(r->complaint[0], F_SETFL, O_NONBLOCK);
	return 0;
}

/* Signals that we catch or block are the program's own again. */
static int set_attributes(posix_spawnattr_t *attr)
{
	sigset_t none;
	sigset_t all;

	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	(void)sigdelset(&all, SIGKILL);
	(void)sigdelset(&all, SIGSTOP);
	return posix_spawnattr_setsigmask(attr, &none) || posix_spawnattr_setsigdefault(attr, &all) ||
		posix_spawnattr_setpgroup(attr, 0) ||
		posix_spawnattr_setflags(attr,
			POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
}

static int set_files(posix_spawn_file_actions_t *files, const struct running *r)
{
	return posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0) ||
		posix_spawn_file_actions_adddup2(files, r->out[1], STDOUT_FILENO) ||
		posix_spawn_file_actions_adddup2(files, r->complaint[1], STDERR_FILENO);
}

/* An errno value; 0: it runs. */
static int spawn(struct running *r)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	int rc = posix_spawn_file_actions_init(&files);

	if (rc)
		return rc;
	rc = posix_spawnattr_init(&attr);
	if (!rc) {
		rc = set_attributes(&attr) || set_files(&files, r) ? ENOMEM :
			posix_spawnp(&r->pid, r->p->argv[0], &files, &attr, (char *const *)(uintptr_t)r->p->argv,
				(char *const *)(uintptr_t)r->p->env);
		(void)posix_spawnattr_destroy(&attr);
	}
	(void)posix_spawn_file_actions_destroy(&files);
	return rc;
}

static int start(struct running *r, int *ret_status, struct error *err)
{
	int rc;

	if (open_pipes(r, err))
		return -1;
	rc = spawn(r);
	close_end(&r->out[1]);
	close_end(&r->complaint[1]);
	if (!rc)
		return 0;
	close_end(&r->out[0]);
	close_end(&r->complaint[0]);
	if (rc == ENOENT)
		*ret_status = 127;
	return system_error(r->p, rc, err);
}

/* What there is; the end closes the pipe. */
static int drain(int *fd, struct strbuf *into, bool may_drop, struct error *err)
{
	char piece[PIECE];
	ssize_t n = *fd < 0 ? -1 : read(*fd, piece, sizeof(piece));

	if (n == 0)
		close_end(fd);
	if (n <= 0)
		return 0;
	if ((size_t)n > into->max_bytes - into->n) {
		if (!may_drop)
			return error_set(err, ERR_LIMIT, "the program wrote more than %zu bytes", into->max_bytes);
		n = (ssize_t)(into->max_bytes - into->n);
	}
	strbuf_add(into, str_make(piece, (size_t)n));
	return strbuf_failed(into) ? error_set_oom(err) : 0;
}

/* One of two pipes can be waited for: the other is looked at in between, before it is full. */
static enum wait_result wait_output(const struct running *r, const struct deadline *deadline)
{
	uint64_t slice_us = clock_mono_us(deadline->clock) + SLICE_US;
	struct deadline slice = deadline_min(*deadline, slice_us);
	enum wait_result w =
		deadline_wait(&slice, r->out[0] >= 0 ? r->out[0] : r->complaint[0], POLLIN);

	return w == WAIT_TIMEOUT && !deadline_is_over(deadline) ? WAIT_READY : w;
}

/* Until both pipes are closed. */
static int read_output(struct running *r, const struct deadline *deadline, struct error *err)
{
	while (r->out[0] >= 0 || r->complaint[0] >= 0) {
		enum wait_result w = wait_output(r, deadline);

		if (w != WAIT_READY)
			return deadline_error(err, w, "waiting for the program");
		if (drain(&r->out[0], r->p->out, false, err) ||
			drain(&r->complaint[0], r->p->complaint, true, err))
			return -1;
	}
	return 0;
}

static int exit_status(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* It closed its output, and may go on all the same. */
static int wait_exit(const struct running *r, const struct deadline *deadline, int *ret_status,
	struct error *err)
{
	int status;

	for (;;) {
		pid_t pid = waitpid(r->pid, &status, WNOHANG);

		if (pid == r->pid) {
			*ret_status = exit_status(status);
			return 0;
		}
		if (pid < 0 && errno != EINTR)
			return system_error(r->p, errno, err);
		enum wait_result w = deadline_pause(deadline, EXIT_LOOK_US);
		if (w != WAIT_READY)
			return deadline_error(err, w, "waiting for the end of the program");
	}
}

static void end_group(const struct running *r)
{
	int status;

	(void)kill(-r->pid, SIGKILL);
	while (waitpid(r->pid, &status, 0) < 0 && errno == EINTR)
		;
}

int process_run(const struct process *p, const struct deadline *deadline, int *ret_status,
	struct error *err)
{
	struct running r = { .p = p };
	int rc;

	if (start(&r, ret_status, err))
		return -1;
	rc = read_output(&r, deadline, err) || wait_exit(&r, deadline, ret_status, err) ? -1 : 0;
	if (rc)
		end_group(&r);
	close_end(&r.out[0]);
	close_end(&r.complaint[0]);
	return rc;
}
