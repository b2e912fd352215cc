# Call one function of MotherDuck's R package, and print what it returns as JSON.
# Arguments: the folder of the package's code, the base URL of the service, the call.
given <- commandArgs(trailingOnly = TRUE)
package <- new.env()
for (file in list.files(given[1], pattern = "[.][Rr]$", full.names = TRUE)) sys.source(file, package)

# It asks with SQL, which the service does not speak.
package$show_current_user <- function(...) invisible(NULL)

# The address is built in. Each answer is printed on stderr, because the package hides refusals.
options(httr2_mock = function(req) {
  req$url <- sub("https://api.motherduck.com", given[2], req$url, fixed = TRUE)
  resp <- httr2::req_perform(req, mock = NULL)
  cat("answer", httr2::resp_status(resp), httr2::resp_body_string(resp), "\n", file = stderr())
  resp
})

result <- eval(parse(text = given[3], encoding = "UTF-8"), package)
cat(jsonlite::toJSON(result, dataframe = "rows", auto_unbox = TRUE, null = "null"))
