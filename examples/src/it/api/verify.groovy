// SPDX-License-Identifier: Apache-2.0

// The failure names what is missing and says what to do.
def log = new File(basedir, 'build.log').text
['it.api.Greeting.welcome()', 'Version 1.3.0 must keep the API of version 1'].each {
  if (!log.contains(it)) {
    throw new IllegalStateException("The log does not say: $it")
  }
}

// What was missing was accepted afterwards.
def baseline = new File(basedir, 'src/api/baseline.sig').text
if (!baseline.contains('#Version 2\n') || baseline.contains('welcome()')) {
  throw new IllegalStateException("The baseline was not written anew:\n$baseline")
}
