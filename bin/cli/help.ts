/** What `xepa help` prints. */
export const helpText = `usage: xepa <command>

  all                       bot, worker and web-console in one process; without REDIS_URL
                            it runs a private Redis of its own in XEPA_DATA_DIR
  bot                       speaks Slack
  worker                    advances installs; talks to providers and devices
  web-console               serves the console page and its sockets
  audit --verify <install>  proves the audit trail of an install whole
  audit --verify --all      proves all of them, and the trail of what concerns no install
  audit --export csv|jsonl <install>|--all
                            prints the events
  doctor [--json] [--only PART,PART]
                            looks at Redis, Slack, providers and the rest; says what to do
  help                      this text

Settings are environment variables; the README has their table.`;
