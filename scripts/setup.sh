# Set-up that the scripts beside this file share; sourced, never run. Everything it says goes to standard error,
# nothing here reads standard input: both belong to the program that is started afterwards. `here` is this folder,
# without symbolic links.

root=${here%/*}
venv=$root/.venv
python=$venv/bin/python

tell() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

die() {
  tell "$@"
  exit 1
}

# What an up-to-date installation was made from. cksum prints the paths as well: a virtual environment cannot be moved.
wanted_stamp() { cksum -- "$root/pyproject.toml" "$root/constraints.txt"; }

is_current() {
  local stamp=$venv/.set-up-$1
  [[ -x $python && -f $stamp && $(<"$stamp") == "$(wanted_stamp)" ]]
}

# set_up run|test: leave a .venv with the project installed in it. Costs milliseconds when there is nothing to do.
set_up() {
  is_current "$1" && return
  [[ -w $root ]] || die "$root must be set up first, by a user who may write to it: run '$0' as that user."
  # A subshell, so that the program started later does not inherit the lock.
  (
    if command -v flock >/dev/null && ! flock -n 9; then
      tell "another set-up of $root is under way; waiting for it"
      flock 9
    fi
    is_current "$1" || install_all "$1"
  ) 9>"$root/.setup.lock" </dev/null >&2
}

install_all() {
  local what=.
  [[ $1 == test ]] && what=".[http,test]"
  cd -- "$root"
  rm -f -- "$venv"/.set-up-*
  ensure_venv
  tell "installing into $venv. The first time this takes minutes and 1.5 GB of disk (with CUDA's libraries," \
    "6 GB: README.md, 'Which torch')."
  "$python" -m pip install -qq --disable-pip-version-check -c constraints.txt -e "$what" ||
    die "pip could not install what is needed (see above). Mend that, then run the same command again."
  if [[ $1 == test ]]; then
    see_to_packages "tests with sound, terminals and a browser need" \
      libportaudio2 libasound2-plugins pulseaudio pulseaudio-utils tmux chromium
    stamp test
  else
    see_to_packages "sound needs" libportaudio2 libasound2-plugins
  fi
  stamp run
}

# Written last and by rename: an interrupted set-up leaves no stamp and is done again.
stamp() {
  wanted_stamp >"$venv/.set-up-$1.new"
  mv -- "$venv/.set-up-$1.new" "$venv/.set-up-$1"
}

# --- Python ---------------------------------------------------------------------------------------------------------

in_range='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))'

ensure_venv() {
  if [[ -e $venv ]] && "$python" -c 'pass' 2>/dev/null; then
    "$python" -c "$in_range" || die "$venv is of $("$python" --version), which does not do. Remove it ('rm -r $venv') and run this again."
  else
    local base
    base=$(find_python) || die "Python 3.11 or 3.12 is needed and none was found. On Debian 12: 'apt-get install python3 python3-venv'; elsewhere: 'uv python install 3.12'."
    make_venv "$base"
  fi
  "$python" -m pip --version >/dev/null 2>&1 || add_pip
}

find_python() {
  local name
  for name in python3 python3.12 python3.11 python; do
    if command -v "$name" >/dev/null && "$name" -c "$in_range" 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
  return 1
}

# Without pip, which Debian's Python can put there only with python3-venv; add_pip knows other ways.
make_venv() {
  tell "making $venv with $("$1" --version)"
  "$1" -m venv --clear --without-pip -- "$venv" || die "'$1 -m venv' failed (see above)."
}

add_pip() {
  "$python" -m ensurepip --default-pip >/dev/null 2>&1 && return
  local base package
  base=$("$python" -c 'import sys; print(sys._base_executable)')
  # A pip outside can install into the environment (pip >= 22.3).
  "$base" -m pip --python "$python" install -qq pip 2>/dev/null && return
  package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
  apt_install "$package" && "$python" -m ensurepip --default-pip >/dev/null && return
  die "this Python cannot install packages: python3-venv is missing. Run 'sudo apt-get install $package', then this again."
}

# --- Debian packages ------------------------------------------------------------------------------------------------

# see_to_packages WHY NAME...: install the Debian packages that are missing where that is allowed, else name them.
# Never fails: everything but sound works without.
see_to_packages() {
  local why=$1 missing
  shift
  [[ $(uname -s) == Linux ]] || return 0 # elsewhere the wheels bring PortAudio
  if ! command -v dpkg-query >/dev/null; then
    "$python" -c 'import ctypes.util, sys; sys.exit(not ctypes.util.find_library("portaudio"))' ||
      tell "$why PortAudio: install it with your package manager (Fedora: 'dnf install portaudio', Arch: 'pacman -S portaudio')."
    return 0
  fi
  missing=$(missing_packages "$@")
  [[ -z $missing ]] && return
  # shellcheck disable=SC2086  # names, one word each
  apt_install $missing || tell "$why $missing, which only an administrator can install: 'sudo apt-get install $missing'. Going on without."
}

missing_packages() {
  local name missing=()
  for name in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) == installed ]] || missing+=("$name")
  done
  echo "${missing[*]-}"
}

# Install Debian packages without a question, or fail: as root, or with a sudo that asks for no password.
apt_install() {
  local as_root=()
  command -v apt-get >/dev/null || return
  if [[ $(id -u) != 0 ]]; then
    sudo -n true 2>/dev/null || return
    as_root=(sudo -n)
  fi
  tell "installing $* with apt-get"
  local apt=(${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get -qq
    -o DPkg::Lock::Timeout=120 -o Acquire::Retries=1 -o Acquire::http::Timeout=20)
  "${apt[@]}" install -y --no-install-recommends "$@" >/dev/null 2>&1 && return
  # A fresh machine has no package lists yet, an old one stale ones.
  "${apt[@]}" update >/dev/null && "${apt[@]}" install -y --no-install-recommends "$@" >/dev/null
}
