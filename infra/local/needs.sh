#!/usr/bin/env bash
# Names what this machine lacks for `make run`, each with the command that mends it, before
# anything is built; with arguments, checks only the tools of these names.
set -euo pipefail

# tool | the oldest version that does; "any" | what tells its version | what mends it
TABLE="
cargo | 1.95 | cargo --version | rustup update stable   (rustup: curl -sSf https://sh.rustup.rs | sh)
cc | any | cc --version | sudo apt-get install build-essential   (macOS: xcode-select --install)
node | 20.19 | node --version | fnm install 22   (fnm: curl -fsSL https://fnm.vercel.app/install | bash)
npm | 10 | npm --version | install Node.js again, which brings npm
python3 | 3.10 | python3 --version | sudo apt-get install python3   (macOS: brew install python)
python3-venv | any | python3 -c 'import ensurepip, venv' | sudo apt-get install python3-venv
"

# The first number with a dot, or the first number, of a version's line.
number_in() {
  grep -oE '[0-9]+(\.[0-9]+)*' | head -n 1
}

# Whether the first version is at least the second.
reaches() {
  [[ $(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1) == "$2" ]]
}

# What is wrong with a tool; nothing if it will do.
fault_of() {
  local tool=$1 least=$2 ask=$3 needed="" told found
  if [[ $least != any ]]; then
    needed="; $least or newer is needed"
  fi
  if ! told=$(bash -c "$ask" 2>/dev/null); then
    echo "$tool is missing$needed"
  elif [[ -n $needed ]]; then
    found=$(number_in <<<"$told")
    reaches "$found" "$least" || echo "$tool is $found$needed"
  fi
}

missing=0
while read -r line; do
  [[ -z $line ]] && continue
  tool=${line%% | *} rest=${line#* | }
  least=${rest%% | *} rest=${rest#* | }
  ask=${rest%% | *} mend=${rest#* | }
  if (($#)) && [[ " $* " != *" $tool "* ]]; then
    continue
  fi
  fault=$(fault_of "$tool" "$least" "$ask")
  if [[ -n $fault ]]; then
    ((missing++)) || echo "This machine is not ready for GPUBROKER yet:" >&2
    printf '  %s:\n      %s\n' "$fault" "$mend" >&2
  fi
done <<<"$TABLE"
((missing == 0))
