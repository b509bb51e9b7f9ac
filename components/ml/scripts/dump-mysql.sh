# Writes the databases as statements into one file that bears its name only once it is whole; then
# the one before it goes. Run by mysql-dump; the password is in MYSQL_PWD.
set -eu

unfinished="$DUMPS/.unfinished.sql"
rm -f "$unfinished"

# Of one moment, without anybody waiting, and without what only an administrator may read. Both names
# are single words.
# shellcheck disable=SC2086
mysqldump --host="$DATABASE_HOST" --user="$DATABASE_USER" \
    --single-transaction --quick --no-tablespaces --set-gtid-purged=OFF \
    --databases $DATABASES >"$unfinished"

# Its last line says that it is complete.
case "$(tail -n 1 "$unfinished")" in
"-- Dump completed"*) ;;
*)
    echo "the dump ends in the middle" >&2
    exit 1
    ;;
esac

mv "$unfinished" "$DUMPS/kubeflow-$(date -u +%Y%m%dT%H%M%SZ).sql"

ls -1r "$DUMPS"/kubeflow-*.sql | tail -n +2 | while read -r old; do
    rm -f "$old"
done
