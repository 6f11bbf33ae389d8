#!/usr/bin/env bash
# Start the telephony service. The environment says how: KOKORO_VOICE (af_sky), KOKORO_TCP_PORT (8090), KOKORO_UDP_PORT
# (13001), KOKORO_DEVICE, KOKORO_DATABASE (none). KOKORO_VENV names another virtual environment than this clone's, which
# the first call sets up. Arguments go to the service.
set -euo pipefail
own=$(readlink -f -- "${BASH_SOURCE[0]}")
own=${own%/*}
here=${own%/*}
# shellcheck source=scripts/setup.sh
source "$here/setup.sh"

for name in KOKORO_TCP_PORT KOKORO_UDP_PORT; do
  port=${!name-}
  [[ -n $port ]] || continue
  if ! [[ $port =~ ^[0-9]{1,5}$ ]] || ((10#$port > 65535)); then
    die "$name is '$port', which is no port. Set it to a number from 0 (any free one) to 65535."
  fi
done

if [[ -n ${KOKORO_VENV-} ]]; then
  venv=$KOKORO_VENV
  [[ -r $venv/bin/activate ]] || die "there is no virtual environment at KOKORO_VENV=$venv. Unset it to use this clone's."
else
  set_up run
fi
# shellcheck disable=SC1091
source "$venv/bin/activate"
python -c "$in_range" || die "$venv has $(python --version); Python 3.11 or 3.12 is needed."
exec python "$own/kokoro_service.py" "$@"
